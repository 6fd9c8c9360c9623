#include "workflow/load.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "workflow/data_findings.h"
#include "workflow/expansion.h"
#include "workflow/reader.h"

namespace dagsim::workflow {

namespace {

constexpr const char* kVendor = ".dagsim/vendor";

std::string file_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

/// The folder that holds the workflows of `path`.
std::string workflow_folder(const FileSystem& files, const std::string& path) {
  std::string folder = join_path(path, ".github/workflows");
  return files.is_directory(folder) ? folder : path;
}

bool listens(const FileSystem& files, const std::string& path, const std::string& event) {
  Diagnostics ignored;
  try {
    const auto document = parse_workflow(std::make_shared<const SourceFile>(path, files.read(path)), ignored);
    return document && document->trigger(event) != nullptr;
  } catch (const Error&) {
    return false;
  }
}

std::vector<std::string> names_of(const std::vector<std::string>& paths) {
  std::vector<std::string> names;
  for (const std::string& path : paths) names.push_back(file_name(path));
  return names;
}

std::optional<std::string> named_file(const std::vector<std::string>& paths, const Request& request,
                                      Diagnostics& diagnostics) {
  const auto found = std::ranges::find_if(
      paths, [&](const std::string& path) { return file_name(path) == file_name(request.workflow_file); });
  if (found != paths.end()) return *found;
  Diagnostic& diagnostic = diagnostics.error(
      "unknown-workflow", fmt::format("\"{}\" has no workflow \"{}\"", request.path, request.workflow_file));
  const std::vector<std::string> names = names_of(paths);
  if (!suggest(diagnostic, request.workflow_file, names)) diagnostic.notes.push_back({"expected " + any_of(names), {}});
  return std::nullopt;
}

std::optional<std::string> choose_file(const FileSystem& files, const Request& request, Diagnostics& diagnostics) {
  if (files.is_file(request.path)) return request.path;
  const std::vector<std::string> paths = workflow_files(files, workflow_folder(files, request.path));
  if (paths.empty()) {
    const bool exists = files.is_directory(request.path);
    diagnostics.error(
        "no-workflow",
        fmt::format("\"{}\" {}", request.path,
                    exists ? "holds no workflow, neither below .github/workflows nor itself" : "does not exist"));
    return std::nullopt;
  }
  if (!request.workflow_file.empty()) return named_file(paths, request, diagnostics);
  std::vector<std::string> candidates;
  for (const std::string& path : paths) {
    if (listens(files, path, request.event)) candidates.push_back(path);
  }
  if (candidates.size() == 1) return candidates.front();
  if (candidates.empty() && paths.size() == 1) return paths.front();
  const std::vector<std::string>& among = candidates.empty() ? paths : candidates;
  for (const std::string& path : candidates) {
    if (file_name(path) == "ci.yml" || file_name(path) == "ci.yaml") return path;
  }
  diagnostics.error("which-workflow", candidates.empty()
                                          ? fmt::format("no workflow of \"{}\" runs for \"{}\"; there are {}",
                                                        request.path, request.event, join(names_of(among), ", "))
                                          : fmt::format("several workflows of \"{}\" run for \"{}\"; name one of {}",
                                                        request.path, request.event, join(names_of(among), ", ")));
  return std::nullopt;
}

/// The group of the run; it sees no job.
std::optional<model::Concurrency> run_concurrency(Expansion& expansion, const Document& document) {
  expression::Scope scope;
  scope.contexts.set("github", expansion.contexts.github);
  scope.contexts.set("inputs", expansion.contexts.inputs);
  scope.contexts.set("vars", expansion.contexts.vars);
  return evaluate_concurrency(expansion, document.concurrency, document, scope);
}

/// The event that people wait for: pull_request, else push, else the first.
std::string usual_event(const Document& document) {
  for (const char* event : {"pull_request", "push"}) {
    if (document.trigger(event) != nullptr) return event;
  }
  return document.triggers.empty() ? "push" : document.triggers.front().event.value;
}

model::Pipeline finish(Expansion& expansion, const Document& document, const std::string& event, Piece piece) {
  assign_keys(piece.jobs);
  model::Pipeline pipeline;
  pipeline.title = document.name.value.empty() ? file_name(document.file->path()) : document.name.value;
  pipeline.event = event;
  pipeline.concurrency = run_concurrency(expansion, document);
  for (Draft& draft : piece.jobs) pipeline.jobs.push_back(std::move(draft.job));
  pipeline.callers = std::move(piece.callers);
  pipeline.contexts.set("github", expansion.contexts.github);
  pipeline.contexts.set("inputs", expansion.contexts.inputs);
  pipeline.contexts.set("vars", expansion.contexts.vars);
  pipeline.outputs = std::move(expansion.outputs);
  return pipeline;
}

}  // namespace

std::string repository_root(const FileSystem& files, const std::string& path) {
  if (files.is_directory(join_path(path, ".github"))) return path;
  std::string at = path;
  while (true) {
    std::string above = parent_path(at);
    if (file_name(at) == ".github") return above;
    if (above == at || above.size() > at.size()) return "";
    at = std::move(above);
  }
}

std::optional<Loaded> load_with_filters(const FileSystem& files, const Request& asked, Diagnostics& diagnostics) {
  Request request = asked;
  if (asked.event.empty()) request.event = "pull_request";
  const std::optional<std::string> path = choose_file(files, request, diagnostics);
  if (!path) return std::nullopt;
  Diagnostics own;
  const std::string root = repository_root(files, *path);
  std::vector<std::string> vendor = request.vendor;
  if (!root.empty()) vendor.push_back(join_path(root, kVendor));
  Library library(files, root, vendor, own, request.limits.yaml);
  std::optional<Loaded> loaded;
  if (const Document* document = library.workflow(*path)) {
    if (asked.event.empty()) request.event = usual_event(*document);
    if (std::optional<EventContexts> contexts = event_contexts(*document, request, own)) {
      Expansion expansion{library, own, std::move(*contexts), request.outputs, request.limits};
      expansion.changed_files = request.changed_files;
      Frame frame;
      frame.document = document;
      frame.root = root;
      Piece piece = expand_frame(expansion, frame);
      loaded.emplace();
      loaded->pipeline = finish(expansion, *document, request.event, std::move(piece));
      loaded->filters = filters_of(*document->trigger(request.event));
      report_data(expansion, loaded->pipeline);
    }
  }
  diagnostics.append(in_order_of_text(own));
  if (own.has_errors()) return std::nullopt;
  return loaded;
}

TriggerDecision decide_start(const Loaded& loaded, const Request& request) {
  Happening happening = happening_of(loaded.pipeline.contexts.find("github")->object());
  happening.event = loaded.pipeline.event;
  happening.changed_files = request.changed_files;
  return decide(loaded.filters, happening);
}

std::optional<model::Pipeline> load(const FileSystem& files, const Request& request, Diagnostics& diagnostics) {
  std::optional<Loaded> loaded = load_with_filters(files, request, diagnostics);
  return loaded ? std::optional(std::move(loaded->pipeline)) : std::nullopt;
}

}  // namespace dagsim::workflow
