#include "cli/log_rules.h"

#include "study/fields.h"

namespace dagsim::cli {

history::LogRules log_rules(const FileSystem& files, const std::string& path, Diagnostics& diagnostics) {
  if (path.empty()) return history::LogRules();
  std::shared_ptr<const SourceFile> file;
  const std::optional<yaml::Node> document = study::read_document(files, path, "project file", file, diagnostics);
  const yaml::Node* list = document ? document->find("logs") : nullptr;
  if (list == nullptr) return history::LogRules();
  return history::LogRules(history::read_log_rules(*list, file, diagnostics));
}

}  // namespace dagsim::cli
