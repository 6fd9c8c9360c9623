// Random damage to texts, the same on every machine.
#pragma once

#include <string>

#include "tests/dice.h"

namespace dagsim::workflow {

/// The text after one to four random edits; never empty.
std::string mutated(std::string text, Dice& random);

}  // namespace dagsim::workflow
