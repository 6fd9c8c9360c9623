#include "tests/workflow/mutation_testing.h"

namespace dagsim::workflow {

std::string mutated(std::string text, Dice& random) {
  static const std::string kBytes = "{}[]:,-'\"$ \n&*!|>#()=.0aZ\t\\\x80";
  const size_t edits = 1 + random.roll(4);
  for (size_t i = 0; i < edits; ++i) {
    const size_t at = random.roll(text.size());
    switch (random.roll(4)) {
      case 0:
        text[at] = kBytes[random.roll(kBytes.size())];
        break;
      case 1:
        text.insert(at, 1, kBytes[random.roll(kBytes.size())]);
        break;
      case 2:
        text.erase(at, 1 + random.roll(5));
        break;
      default:
        text.insert(at, text.substr(random.roll(text.size()), random.roll(30)));
    }
    if (text.empty()) text = "x";
  }
  return text;
}

}  // namespace dagsim::workflow
