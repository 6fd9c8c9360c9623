#include "tests/report/golden_testing.h"

#include <cstdlib>
#include <fstream>

#include "base/file_system.h"

namespace dagsim::report {

std::string golden(const std::string& name, const std::string& actual) {
  const std::string path = std::string(DAGSIM_SOURCE_DIR) + "/tests/report/golden/" + name;
  if (std::getenv("DAGSIM_UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << actual;
  return DiskFileSystem().read(path);
}

}  // namespace dagsim::report
