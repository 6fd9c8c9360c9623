// What is wrong inside one text of a workflow file (a filter pattern, a schedule), and at which of its bytes.
#pragma once

#include <cstddef>
#include <string>

#include "base/diagnostic.h"

namespace dagsim::workflow {

/// A finding about the bytes [begin, end) of the text; the message is worded as that of a Diagnostic.
struct TextFault {
  size_t begin = 0;
  size_t end = 0;
  std::string message;
  Severity severity = Severity::Error;
};

}  // namespace dagsim::workflow
