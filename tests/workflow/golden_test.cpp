// Every file of testdata/ok expands to the text beside it, and every file of testdata/err gives exactly the findings
// beside it.
#include <cstdlib>
#include <fstream>

#include "base/text.h"
#include "tests/catch.h"
#include "tests/workflow/workflow_testing.h"

namespace dagsim::workflow {
namespace {

const std::string kFolder = std::string(DAGSIM_SOURCE_DIR) + "/tests/workflow/testdata/";

void compare_all(const std::string& kind) {
  const DiskFileSystem disk;
  size_t compared = 0;
  for (const std::string& name : disk.list(kFolder + kind)) {
    if (!name.ends_with(".yml")) continue;
    MemoryFileSystem files;
    files.write(name, disk.read(kFolder + kind + "/" + name));
    Request request;
    request.path = name;
    const std::string actual = loaded(files, request);
    const std::string golden = kFolder + kind + "/" + name.substr(0, name.size() - 4) + ".txt";
    if (std::getenv("DAGSIM_UPDATE_GOLDEN") != nullptr) std::ofstream(golden, std::ios::binary) << actual;
    INFO(name);
    CHECK(actual == disk.read(golden));
    ++compared;
  }
  CHECK(compared > 2);
}

TEST_CASE("Good workflows expand to the pipeline beside them") {
  compare_all("ok");
}

TEST_CASE("Bad workflows give the findings beside them, all of one file in one run") {
  compare_all("err");
}

}  // namespace
}  // namespace dagsim::workflow
