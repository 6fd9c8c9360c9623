#include "tests/workflow/mutation_testing.h"

namespace dagsim::workflow {

std::string mutated(std::string text, Lcg& random) {
  static const std::string kBytes = "{}[]:,-'\"$ \n&*!|>#()=.0aZ\t\\\x80";
  const size_t edits = 1 + random.below(4);
  for (size_t i = 0; i < edits; ++i) {
    const size_t at = random.below(text.size());
    switch (random.below(4)) {
      case 0:
        text[at] = kBytes[random.below(kBytes.size())];
        break;
      case 1:
        text.insert(at, 1, kBytes[random.below(kBytes.size())]);
        break;
      case 2:
        text.erase(at, 1 + random.below(5));
        break;
      default:
        text.insert(at, text.substr(random.below(text.size()), random.below(30)));
    }
    if (text.empty()) text = "x";
  }
  return text;
}

}  // namespace dagsim::workflow
