#include "workflow/path_filters.h"

#include <algorithm>
#include <functional>
#include <memory>

#include "base/text.h"
#include "base/yaml.h"

namespace dagsim::workflow {
namespace {

constexpr size_t kMostAlternatives = 1000;

/// A glob without braces, one for each combination of their alternatives; the glob itself where there are too many.
std::vector<std::string> alternatives(const std::string& glob) {
  std::vector<std::string> done;
  std::vector<std::string> open = {glob};
  while (!open.empty()) {
    std::string one = std::move(open.back());
    open.pop_back();
    size_t begin = std::string::npos;
    std::vector<size_t> cuts;
    size_t depth = 0;
    for (size_t i = 0; i < one.size(); ++i) {
      if (one[i] == '\\') {
        ++i;
      } else if (one[i] == '{') {
        if (depth++ == 0) {
          begin = i;
          cuts = {i};
        }
      } else if (one[i] == ',' && depth == 1) {
        cuts.push_back(i);
      } else if (one[i] == '}' && depth > 0 && --depth == 0 && cuts.size() > 1) {
        cuts.push_back(i);
        break;
      }
    }
    if (cuts.size() < 3 || one[cuts.back()] != '}') {
      done.push_back(std::move(one));
      continue;
    }
    for (size_t i = 0; i + 1 < cuts.size(); ++i) {
      open.push_back(one.substr(0, begin) + one.substr(cuts[i] + 1, cuts[i + 1] - cuts[i] - 1) +
                     one.substr(cuts.back() + 1));
    }
    if (open.size() + done.size() > kMostAlternatives) return {glob};
  }
  return done;
}

/// One character of a path against `[…]` at `at`; moves `at` behind it. An unclosed bracket stands for itself.
bool class_means(std::string_view glob, size_t& at, char c) {
  size_t i = at + 1;
  const bool is_negated = i < glob.size() && (glob[i] == '!' || glob[i] == '^');
  if (is_negated) ++i;
  const size_t first = i;
  bool found = false;
  for (; i < glob.size() && (glob[i] != ']' || i == first); ++i) {
    if (i + 2 < glob.size() && glob[i + 1] == '-' && glob[i + 2] != ']') {
      found = found || (glob[i] <= c && c <= glob[i + 2]);
      i += 2;
    } else {
      found = found || glob[i] == c;
    }
  }
  if (i >= glob.size()) {
    ++at;
    return c == '[';
  }
  at = i + 1;
  return found != is_negated && c != '/';
}

/// Goes through the path once for each piece of the glob: which beginnings of the path the glob so far means.
bool plain_glob_means(std::string_view glob, std::string_view path) {
  std::vector<bool> reached(path.size() + 1, false);
  reached[0] = true;
  for (size_t at = 0; at < glob.size();) {
    std::vector<bool> next(path.size() + 1, false);
    const bool begins_segment = at == 0 || glob[at - 1] == '/';
    if (glob.substr(at).starts_with("**") && begins_segment && (at + 2 == glob.size() || glob[at + 2] == '/')) {
      const bool is_last = at + 2 == glob.size();
      bool any = false;
      for (size_t i = 0; i <= path.size(); ++i) {
        const bool at_segment = i == 0 || path[i - 1] == '/';
        any = any || (reached[i] && at_segment);
        // `a/**` means `a` as well: the slash before it may be missing.
        next[i] = any && (is_last || at_segment);
      }
      at += is_last ? 2 : 3;
    } else if (glob[at] == '*') {
      while (at < glob.size() && glob[at] == '*') ++at;
      bool open = false;
      for (size_t i = 0; i <= path.size(); ++i) {
        open = (open && i > 0 && path[i - 1] != '/') || reached[i];
        next[i] = open;
      }
    } else {
      size_t behind = at + 1;
      for (size_t i = 0; i < path.size(); ++i) {
        if (!reached[i]) continue;
        size_t end = at + 1;
        bool same = glob[at] == path[i];
        if (glob[at] == '?') same = path[i] != '/';
        if (glob[at] == '[') {
          end = at;
          same = class_means(glob, end, path[i]);
        }
        if (glob[at] == '\\' && at + 1 < glob.size()) {
          same = glob[at + 1] == path[i];
          end = at + 2;
        }
        next[i + 1] = same;
        behind = end;
      }
      if (glob[at] == '\\' && at + 1 < glob.size()) behind = at + 2;
      at = behind;
    }
    reached = std::move(next);
  }
  return reached[path.size()];
}

bool positive_means(const std::string& glob, std::string_view path) {
  return std::ranges::any_of(alternatives(glob), [&](const std::string& one) {
    const bool ends_open = one.ends_with("/**");
    return plain_glob_means(one, path) || (ends_open && plain_glob_means(one.substr(0, one.size() - 3), path));
  });
}

std::string input(const model::Step& step, std::string_view name) {
  const auto found =
      std::ranges::find_if(step.with, [&](const auto& pair) { return equals_ignore_case(pair.first, name); });
  return found == step.with.end() ? std::string() : found->second;
}

/// Filters by name: globs, however deep lists (through anchors) and kinds of change nest them.
struct Filter {
  std::string name;
  std::vector<std::string> globs;
};

void add_globs(const yaml::Node& node, std::vector<std::string>& globs) {
  if (node.is_scalar()) globs.push_back(node.text);
  for (const yaml::Node& item : node.items) add_globs(item, globs);
  for (const yaml::Entry& entry : node.entries) add_globs(entry.value, globs);
}

std::optional<std::vector<Filter>> filters_of(const std::string& text) {
  Diagnostics ignored;
  const auto node = yaml::parse(std::make_shared<const SourceFile>("filters", text), ignored);
  if (!node || !node->is_mapping() || ignored.has_errors()) return std::nullopt;
  std::vector<Filter> filters;
  for (const yaml::Entry& entry : node->entries) {
    filters.push_back({entry.key, {}});
    add_globs(entry.value, filters.back().globs);
  }
  return filters;
}

std::string word(bool value) {
  return value ? "true" : "false";
}

bool is_open(const std::string& text) {
  return text.find("${{") != std::string::npos;
}

std::optional<StepOutputs> paths_filter(const model::Step& step, const std::vector<std::string>& changed_files,
                                        const FileSystem& files, const std::string& root) {
  std::string text = input(step, "filters");
  if (text.empty() || is_open(text)) return std::nullopt;
  const std::string named = join_path(root, std::string(trim(text)));
  if (text.find(':') == std::string::npos && files.is_file(named)) text = files.read(named);
  const std::optional<std::vector<Filter>> filters = filters_of(text);
  if (!filters) return std::nullopt;
  const bool every = trim(input(step, "predicate-quantifier")) == "every";
  StepOutputs outputs;
  std::vector<std::string> changes;
  for (const Filter& filter : *filters) {
    const auto is_meant = [&](const std::string& path) {
      const auto means = [&](const std::string& glob) { return glob_means(glob, path); };
      return every ? std::ranges::all_of(filter.globs, means) : std::ranges::any_of(filter.globs, means);
    };
    const auto count = std::ranges::count_if(changed_files, is_meant);
    outputs.emplace_back(filter.name, word(count > 0));
    outputs.emplace_back(filter.name + "_count", std::to_string(count));
    if (count > 0) changes.push_back("\"" + filter.name + "\"");
  }
  outputs.emplace_back("changes", "[" + join(changes, ",") + "]");
  return outputs;
}

/// Globs of which none but those with `!` in front exclude.
bool is_among(const std::vector<std::string>& globs, const std::string& path) {
  bool any = std::ranges::all_of(globs, [](const std::string& glob) { return glob.starts_with('!'); });
  for (const std::string& glob : globs) {
    if (!glob.starts_with('!')) any = any || positive_means(glob, path);
  }
  return any && std::ranges::none_of(globs, [&](const std::string& glob) {
           return glob.starts_with('!') && positive_means(glob.substr(1), path);
         });
}

void add_changed(const std::string& prefix, const std::vector<std::string>& globs,
                 const std::vector<std::string>& ignored, const std::vector<std::string>& changed_files,
                 StepOutputs& outputs) {
  std::vector<std::string> meant;
  for (const std::string& path : changed_files) {
    const bool is_left_out = !ignored.empty() && is_among(ignored, path);
    if (is_among(globs, path) && !is_left_out) meant.push_back(path);
  }
  const bool any = !meant.empty();
  const bool only = any && meant.size() == changed_files.size();
  for (const char* kind : {"changed", "modified"}) {
    outputs.emplace_back(prefix + "any_" + kind, word(any));
    outputs.emplace_back(prefix + "only_" + kind, word(only));
    outputs.emplace_back(prefix + "all_" + kind + "_files", join(meant, " "));
    outputs.emplace_back(prefix + "all_" + kind + "_files_count", std::to_string(meant.size()));
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) {
    if (!trim(line).empty()) lines.emplace_back(trim(line));
  }
  return lines;
}

std::optional<StepOutputs> changed_files_step(const model::Step& step, const std::vector<std::string>& changed_files) {
  const std::string globs = input(step, "files");
  const std::string ignored = input(step, "files_ignore");
  const std::string named = input(step, "files_yaml");
  if (is_open(globs) || is_open(ignored) || is_open(named)) return std::nullopt;
  StepOutputs outputs;
  add_changed("", lines_of(globs), lines_of(ignored), changed_files, outputs);
  if (trim(named).empty()) return outputs;
  const std::optional<std::vector<Filter>> filters = filters_of(named);
  if (!filters) return std::nullopt;
  for (const Filter& filter : *filters) add_changed(filter.name + "_", filter.globs, {}, changed_files, outputs);
  return outputs;
}

}  // namespace

bool glob_means(std::string_view glob, std::string_view path) {
  bool is_negated = false;
  while (glob.starts_with('!')) {
    is_negated = !is_negated;
    glob.remove_prefix(1);
  }
  if (glob.starts_with("./")) glob.remove_prefix(2);
  return positive_means(std::string(glob), path) != is_negated;
}

std::optional<StepOutputs> path_filter_outputs(const model::Step& step, const std::vector<std::string>& changed_files,
                                               const FileSystem& files, const std::string& root) {
  if (equals_ignore_case(step.uses, "dorny/paths-filter")) return paths_filter(step, changed_files, files, root);
  if (equals_ignore_case(step.uses, "tj-actions/changed-files")) return changed_files_step(step, changed_files);
  return std::nullopt;
}

}  // namespace dagsim::workflow
