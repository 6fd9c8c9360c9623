#include <functional>

#include "base/file_system.h"
#include "tests/catch.h"
#include "tests/fuzz/targets.h"

namespace dagsim {

namespace {

/// Runs a target over the inputs that a fuzzer once found worth keeping.
void replay(const std::string& name, const std::function<void(std::string_view)>& target) {
  const DiskFileSystem disk;
  const std::string folder = std::string(DAGSIM_SOURCE_DIR) + "/tests/fuzz/corpus/" + name;
  const std::vector<std::string> inputs = disk.list(folder);
  REQUIRE(inputs.size() > 100);
  for (const std::string& input : inputs) {
    INFO(input);
    target(disk.read(folder + "/" + input));
  }
}

}  // namespace

TEST_CASE("Expressions that a fuzzer found neither crash nor break a promise") {
  replay("expression", fuzz::expression);
}

}  // namespace dagsim
