// dagsim parse against @actions/workflow-parser, GitHub's own parser in TypeScript; the rules for known differences are
// in workflows.mjs.
#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/differential/oracle_testing.h"

namespace dagsim {
namespace {

TEST_CASE("Generated workflows are judged as by GitHub's parser, but for known differences",
          "[.][slow][differential]") {
  const auto folder = oracle_folder("@actions/workflow-parser");
  if (!folder) return;
  const std::string seed = fmt::format("{}", setting("DAGSIM_DIFFERENTIAL_SEED", 20261124));
  const std::string count = fmt::format("{}", setting("DAGSIM_DIFFERENTIAL_WORKFLOWS", 6000));
  const Ran ran = run_bundled("workflows.mjs", *folder, {DAGSIM_TOOL, "@", seed, count});
  WARN(ran.text);
  CHECK(ran.fine);
}

}  // namespace
}  // namespace dagsim
