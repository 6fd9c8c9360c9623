// The part of log_rules.h that reads a user's rules.
#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/text.h"
#include "history/log_rules.h"

namespace dagsim::history {

namespace {

const std::vector<std::string> kKeys = {"kind", "name", "pattern"};
const std::vector<std::string> kGroups = {"bytes", "count", "key", "seconds"};

class RuleReader {
 public:
  RuleReader(std::shared_ptr<const SourceFile> file, Diagnostics& diagnostics)
      : file_(std::move(file)), diagnostics_(diagnostics) {}

  std::optional<LogRule> read(const yaml::Node& item) {
    if (!item.is_mapping()) {
      error(item.range, "wrong-type",
            fmt::format("expected a log rule (a mapping of pattern and kind), found {}", describe(item)));
      return std::nullopt;
    }
    good_ = true;
    check_keys(item);
    LogRule rule;
    rule.pattern = text(item, "pattern");
    const std::string kind = text(item, "kind");
    if (item.find("name") != nullptr) rule.name = text(item, "name");
    if (!good_) return std::nullopt;
    read_kind(*item.find("kind"), kind, rule);
    check_pattern(*item.find("pattern"), rule.pattern);
    if (good_ && rule.kind == MarkerKind::Count && rule.name.empty()) {
      error(item.range, "missing-key", "a log rule of kind \"count\" needs \"name\": what is counted");
    }
    return good_ ? std::optional(rule) : std::nullopt;
  }

 private:
  Diagnostic& error(Range range, std::string rule, std::string message) {
    good_ = false;
    return diagnostics_.error(std::move(rule), std::move(message), {file_, range});
  }

  void suggest(Diagnostic& finding, std::string_view word, std::span<const std::string> known) {
    const std::vector<std::string> near = nearest(word, known);
    if (!near.empty()) finding.notes.push_back({fmt::format("did you mean \"{}\"?", near.front()), {}});
  }

  void check_keys(const yaml::Node& item) {
    for (const yaml::Entry& entry : item.entries) {
      if (std::ranges::find(kKeys, entry.key) != kKeys.end()) continue;
      suggest(error(entry.key_range, "unknown-key",
                    fmt::format("unknown key \"{}\" in a log rule, expected {}", entry.key, any_of(kKeys))),
              entry.key, kKeys);
    }
  }

  std::string text(const yaml::Node& item, std::string_view key) {
    const yaml::Node* value = item.find(key);
    if (value == nullptr) {
      error(item.range, "missing-key", fmt::format("a log rule needs \"{}\"", key));
    } else if (!value->is_scalar() || value->text.empty()) {
      error(value->range, "wrong-type", fmt::format("\"{}\" must be a text, found {}", key, describe(*value)));
    } else {
      return value->text;
    }
    return {};
  }

  void read_kind(const yaml::Node& node, const std::string& word, LogRule& rule) {
    if (const std::optional<MarkerKind> kind = read_marker_kind(word)) {
      rule.kind = *kind;
      return;
    }
    std::vector<std::string> known;
    for (int i = 0; i <= static_cast<int>(MarkerKind::Count); ++i) {
      known.emplace_back(to_string(static_cast<MarkerKind>(i)));
    }
    std::ranges::sort(known);
    suggest(error(node.range, "unknown-kind",
                  fmt::format("unknown kind \"{}\" of a log rule, expected {}", word, any_of(known))),
            word, known);
  }

  void check_pattern(const yaml::Node& node, const std::string& pattern) {
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 regex(pattern, options);
    if (!regex.ok()) {
      error(node.range, "bad-pattern",
            fmt::format("the pattern \"{}\" of a log rule is wrong: {}", pattern, regex.error()));
      return;
    }
    if (RE2::PartialMatch("", regex)) {
      error(
          node.range, "bad-pattern",
          fmt::format("the pattern \"{}\" of a log rule matches an empty line, so it would match every line", pattern));
    }
    for (const auto& [name, group] : regex.NamedCapturingGroups()) {
      if (std::ranges::find(kGroups, name) != kGroups.end()) continue;
      suggest(
          error(node.range, "bad-pattern",
                fmt::format("unknown group \"{}\" in the pattern of a log rule, expected {}", name, any_of(kGroups))),
          name, kGroups);
    }
  }

  std::shared_ptr<const SourceFile> file_;
  Diagnostics& diagnostics_;
  bool good_ = true;
};

}  // namespace

std::vector<LogRule> read_log_rules(const yaml::Node& list, const std::shared_ptr<const SourceFile>& file,
                                    Diagnostics& diagnostics) {
  std::vector<LogRule> rules;
  if (list.is_null()) return rules;
  if (!list.is_sequence()) {
    diagnostics.error("wrong-type", fmt::format("\"logs\" must be a list of log rules, found {}", describe(list)),
                      {file, list.range});
    return rules;
  }
  RuleReader reader(file, diagnostics);
  for (const yaml::Node& item : list.items) {
    if (std::optional<LogRule> rule = reader.read(item)) rules.push_back(std::move(*rule));
  }
  return rules;
}

}  // namespace dagsim::history
