#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include "tests/catch.h"

namespace dagsim {
namespace {

using Folders = std::set<std::string>;

/// Which folders each folder may include, itself aside: those below it in docs/design.md.
const std::map<std::string, Folders>& allowed() {
  static const Folders kModel = {"base", "stats", "expression"};
  static const Folders kMiddle = {"base", "stats", "expression", "model"};
  static const Folders kStudy = {"base", "stats", "expression", "history", "model", "workflow", "calibration", "sim"};
  static const auto kWith = [](Folders folders, const std::string& more) {
    folders.insert(more);
    return folders;
  };
  static const Folders kReport = kWith(kStudy, "study");
  static const std::map<std::string, Folders> kAllowed = {{"base", {}},
                                                          {"stats", {"base"}},
                                                          {"expression", {"base"}},
                                                          {"history", {"base"}},
                                                          {"model", kModel},
                                                          {"workflow", kMiddle},
                                                          {"calibration", kWith(kMiddle, "history")},
                                                          {"sim", kMiddle},
                                                          {"study", kStudy},
                                                          {"report", kReport},
                                                          {"cli", kWith(kReport, "report")}};
  return kAllowed;
}

struct ThirdParty {
  std::string pattern;
  Folders folders;
};

const std::vector<ThirdParty>& third_party() {
  static const Folders kAll = [] {
    Folders folders;
    for (const auto& rule : allowed()) folders.insert(rule.first);
    return folders;
  }();
  static const std::vector<ThirdParty> kThirdParty = {{"yaml.h", {"base"}},
                                                      {"CLI/", {"cli"}},
                                                      {"boost/graph/", {"model"}},
                                                      {"Eigen/", {"calibration", "sim"}},
                                                      {"simdjson", {"history"}},
                                                      {"SQLiteCpp/", {"history"}},
                                                      {"curl/", {"history"}},
                                                      {"zlib", {"history"}},
                                                      {"zip", {"history"}},
                                                      {"re2/", {"history"}},
                                                      {"fmt/", kAll}};
  return kThirdParty;
}

struct Include {
  std::string folder;
  std::string file;
  std::string path;
  bool header;
};

std::vector<Include> includes() {
  const std::regex directive(R"re(^\s*#\s*include\s*[<"]([^>"]+)[>"])re");
  std::vector<Include> found;
  for (const auto& rule : allowed()) {
    const std::filesystem::path folder = std::filesystem::path(DAGSIM_SOURCE_DIR) / rule.first;
    if (!std::filesystem::is_directory(folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cpp") continue;
      std::ifstream in(entry.path());
      std::smatch match;
      for (std::string line; std::getline(in, line);) {
        if (!std::regex_search(line, match, directive)) continue;
        found.push_back({rule.first, entry.path().filename().string(), match[1].str(), extension == ".h"});
      }
    }
  }
  return found;
}

TEST_CASE("Folders include only themselves and those below them") {
  REQUIRE(includes().size() > 50);
  for (const Include& include : includes()) {
    const std::string target = include.path.substr(0, include.path.find('/'));
    if (target == include.path || !allowed().contains(target) || target == include.folder) continue;
    INFO(include.folder << "/" << include.file << " includes " << include.path);
    CHECK(allowed().at(include.folder).contains(target));
  }
}

TEST_CASE("Third-party headers stay in the folders that need them and out of our headers") {
  for (const Include& include : includes()) {
    for (const ThirdParty& rule : third_party()) {
      if (!include.path.starts_with(rule.pattern)) continue;
      INFO(include.folder << "/" << include.file << " includes " << include.path);
      CHECK(rule.folders.contains(include.folder));
      CHECK_FALSE(include.header);
    }
  }
}

TEST_CASE("One file alone knows libyaml") {
  std::set<std::string> files;
  for (const Include& include : includes()) {
    if (include.path == "yaml.h") files.insert(include.folder + "/" + include.file);
  }
  CHECK(files == std::set<std::string>{"base/yaml_events.cpp"});
}

}  // namespace
TEST_CASE("No test's name has a semicolon, since CMake would cut it there and CTest run nothing") {
  const std::regex name(R"re(TEST_CASE\("([^"]*;[^"]*)"\))re");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(DAGSIM_SOURCE_DIR "/tests")) {
    if (entry.path().extension() != ".cpp") continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      std::smatch found;
      if (std::regex_search(line, found, name)) {
        FAIL_CHECK(entry.path().filename().string() << ": " << found[1].str());
      }
    }
  }
}

}  // namespace dagsim
