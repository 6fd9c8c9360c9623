#include "study/fields.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace dagsim::study {

Fields::Fields(std::shared_ptr<const SourceFile> file, const yaml::Node& node, std::string what,
               Diagnostics& diagnostics)
    : file_(std::move(file)), node_(node), what_(std::move(what)), diagnostics_(diagnostics) {
  if (!node_.is_mapping())
    error(node_, "wrong-type", fmt::format("expected {} (a mapping), found {}", what_, describe(node_)));
}

void Fields::error(const yaml::Node& at, std::string rule, std::string message) {
  diagnostics_.error(std::move(rule), std::move(message), where(at));
}

const yaml::Node* Fields::node(std::string_view key) {
  known_.emplace_back(key);
  return node_.find(key);
}

std::string Fields::text(std::string_view key) {
  const yaml::Node* value = node(key);
  if (value == nullptr || value->is_null()) return {};
  if (value->is_scalar()) return value->text;
  error(*value, "wrong-type", fmt::format("\"{}\" must be a text, found {}", key, describe(*value)));
  return {};
}

std::optional<double> Fields::number(std::string_view key) {
  const yaml::Node* value = node(key);
  if (value == nullptr) return std::nullopt;
  if (value->kind == yaml::Kind::Number) return value->number;
  error(*value, "wrong-type", fmt::format("\"{}\" must be a number, found {}", key, describe(*value)));
  return std::nullopt;
}

std::optional<double> Fields::duration(std::string_view key) {
  const yaml::Node* value = node(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  const std::optional<double> seconds = value->is_scalar() ? parse_duration(value->text) : std::nullopt;
  if (!seconds) {
    error(*value, "bad-duration",
          fmt::format("\"{}\" must be a duration such as 42, 2m16s or 1h02m, found {}", key, describe(*value)));
  }
  return seconds;
}

bool Fields::flag(std::string_view key) {
  const yaml::Node* value = node(key);
  if (value == nullptr) return false;
  if (value->kind == yaml::Kind::Boolean) return value->boolean;
  error(*value, "wrong-type", fmt::format("\"{}\" must be true or false, found {}", key, describe(*value)));
  return false;
}

std::vector<std::string> Fields::texts(std::string_view key) {
  const yaml::Node* value = node(key);
  if (value == nullptr || value->is_null()) return {};
  if (value->is_scalar()) return {value->text};
  std::vector<std::string> result;
  for (const yaml::Node& item : value->items) {
    if (item.is_scalar()) {
      result.push_back(item.text);
    } else {
      error(item, "wrong-type", fmt::format("\"{}\" must be a list of texts, found {}", key, describe(item)));
    }
  }
  if (value->is_mapping()) {
    error(*value, "wrong-type", fmt::format("\"{}\" must be a text or a list of texts, found a mapping", key));
  }
  return result;
}

void Fields::for_each_entry(std::string_view key, const std::function<void(const yaml::Entry&)>& each) {
  const yaml::Node* value = node(key);
  if (value == nullptr || value->is_null()) return;
  if (!value->is_mapping()) {
    error(*value, "wrong-type", fmt::format("\"{}\" must be a mapping, found {}", key, describe(*value)));
  }
  for (const yaml::Entry& entry : value->entries) each(entry);
}

std::vector<std::pair<std::string, std::string>> Fields::pairs(std::string_view key) {
  std::vector<std::pair<std::string, std::string>> result;
  for_each_entry(key, [&](const yaml::Entry& entry) {
    if (entry.value.is_scalar()) {
      result.emplace_back(entry.key, entry.value.text);
    } else {
      error(entry.value, "wrong-type",
            fmt::format("\"{}\" must be a text, found {}", entry.key, describe(entry.value)));
    }
  });
  return result;
}

std::vector<std::pair<std::string, model::CacheState>> Fields::cache_states(std::string_view key) {
  std::vector<std::pair<std::string, model::CacheState>> result;
  for (const auto& [family, word] : pairs(key)) {
    if (const std::optional<model::CacheState> state = read_cache_state(word)) {
      result.emplace_back(family, *state);
    } else {
      error(*node_.find(key)->find(family), "bad-cache-state",
            fmt::format("\"{}\" is no cache state, expected exact, miss or partial", word));
    }
  }
  return result;
}

void Fields::for_each(std::string_view key, const std::function<void(const yaml::Node&)>& each) {
  const yaml::Node* value = node(key);
  if (value == nullptr || value->is_null()) return;
  if (!value->is_sequence()) {
    error(*value, "wrong-type", fmt::format("\"{}\" must be a list, found {}", key, describe(*value)));
    return;
  }
  for (const yaml::Node& item : value->items) each(item);
}

void Fields::finish() {
  std::sort(known_.begin(), known_.end());
  known_.erase(std::unique(known_.begin(), known_.end()), known_.end());
  for (const yaml::Entry& entry : node_.entries) {
    if (std::binary_search(known_.begin(), known_.end(), entry.key)) continue;
    Diagnostic& finding = diagnostics_.error(
        "unknown-key", fmt::format("unknown key \"{}\" in {}, expected {}", entry.key, what_, any_of(known_)),
        {file_, entry.key_range});
    for (const std::string& near : nearest(entry.key, known_)) {
      finding.notes.push_back({fmt::format("did you mean \"{}\"?", near), {}});
    }
  }
}

std::optional<model::CacheState> read_cache_state(std::string_view word) {
  if (word == "exact" || word == "hot") return model::CacheState::Exact;
  if (word == "partial") return model::CacheState::Partial;
  if (word == "miss" || word == "cold") return model::CacheState::Miss;
  return std::nullopt;
}

std::optional<yaml::Node> read_document(const FileSystem& files, const std::string& path, std::string_view what,
                                        std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics) {
  if (!files.is_file(path)) {
    diagnostics.error("missing-file",
                      fmt::format("{} \"{}\" {}", what, path,
                                  files.is_directory(path) ? "is a folder, expected a file" : "does not exist"));
    return std::nullopt;
  }
  file = std::make_shared<SourceFile>(path, files.read(path));
  std::optional<yaml::Node> document = yaml::parse(file, diagnostics);
  if (!document) return std::nullopt;
  const yaml::Node* version = document->find("dagsim");
  if (!document->is_mapping() || version == nullptr) {
    diagnostics.error("not-dagsim",
                      fmt::format("expected a {} with \"dagsim: 1\" at the top, found {}", what, describe(*document)),
                      {file, document->range});
    return std::nullopt;
  }
  if (version->text != "1") {
    diagnostics.error("version", fmt::format("this dagsim reads version 1, found \"{}\"", version->text),
                      {file, version->range});
    return std::nullopt;
  }
  return document;
}

}  // namespace dagsim::study
