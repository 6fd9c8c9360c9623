// Nearly all patterns are anchored, so a line is judged by its first eight bytes: RE2 tells between which two texts
// every match lies, these become ranges of 64-bit words, filed by their first byte. Alternatives at a pattern's start
// ("^(?:a|b)c") are taken apart first, since one range over them would hold half the alphabet. Few lines fall into a
// range; they are matched against the rules of that range alone. Patterns that may match anywhere are joined to one
// RE2::Set, whose automaton goes over a line once.
#include "history/log_rules.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>
#include <re2/set.h>

#include "base/error.h"
#include "base/text.h"

namespace dagsim::history {

namespace {

constexpr std::array<std::pair<std::string_view, MarkerKind>, 40> kKinds{
    {{"artifact-download", MarkerKind::ArtifactDownload},
     {"artifact-upload", MarkerKind::ArtifactUpload},
     {"cache-asked", MarkerKind::CacheAsked},
     {"cache-exact", MarkerKind::CacheExact},
     {"cache-hit", MarkerKind::CacheHit},
     {"cache-kept", MarkerKind::CacheKept},
     {"cache-miss", MarkerKind::CacheMiss},
     {"cache-not-saved", MarkerKind::CacheNotSaved},
     {"cache-partial", MarkerKind::CachePartial},
     {"cache-restored", MarkerKind::CacheRestored},
     {"cache-saved", MarkerKind::CacheSaved},
     {"cache-size", MarkerKind::CacheSize},
     {"cargo-finished", MarkerKind::CargoFinished},
     {"compiler-cache-hits", MarkerKind::CompilerCacheHits},
     {"compiler-cache-misses", MarkerKind::CompilerCacheMisses},
     {"count", MarkerKind::Count},
     {"crate-download", MarkerKind::CrateDownload},
     {"crate-downloads", MarkerKind::CrateDownloads},
     {"error", MarkerKind::Error},
     {"index-update", MarkerKind::IndexUpdate},
     {"job-definition", MarkerKind::JobDefinition},
     {"job-end", MarkerKind::JobEnd},
     {"job-name", MarkerKind::JobName},
     {"layer", MarkerKind::Layer},
     {"layer-cached", MarkerKind::LayerCached},
     {"layer-error", MarkerKind::LayerError},
     {"layer-export", MarkerKind::LayerExport},
     {"layer-import", MarkerKind::LayerImport},
     {"post-step", MarkerKind::PostStep},
     {"runner-found", MarkerKind::RunnerFound},
     {"runner-image", MarkerKind::RunnerImage},
     {"runner-image-version", MarkerKind::RunnerImageVersion},
     {"runner-labels", MarkerKind::RunnerLabels},
     {"runner-name", MarkerKind::RunnerName},
     {"runner-version", MarkerKind::RunnerVersion},
     {"runner-wait", MarkerKind::RunnerWait},
     {"third-party-compile", MarkerKind::ThirdPartyCompile},
     {"tool-install", MarkerKind::ToolInstall},
     {"tool-installed", MarkerKind::ToolInstalled},
     {"workspace-compile", MarkerKind::WorkspaceCompile}}};

constexpr size_t kWordBytes = 8;
constexpr int64_t kSetMemory = int64_t{64} << 20;  // for the automaton of a user's patterns
constexpr size_t kMostAlternatives = 32;           // of a pattern's start; more are taken as one range

/// \param bytes the pattern is ASCII and its "." takes any byte, since a log may hold what is no UTF-8
RE2::Options options(bool bytes) {
  RE2::Options made;
  if (bytes) made.set_encoding(RE2::Options::EncodingLatin1);
  made.set_log_errors(false);
  made.set_max_mem(kSetMemory);
  return made;
}

/// Whether a pattern can match at a line's start only: "^" with no alternative beside it.
bool is_anchored(std::string_view pattern) {
  if (!pattern.starts_with('^')) return false;
  int depth = 0;
  bool in_class = false;
  for (size_t i = 1; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      if (pattern.substr(i, 2) == "\\Q") return false;  // quoted text follows other rules; a slower way is still right
      ++i;
    } else if (in_class) {
      in_class = c != ']';
    } else if (c == '[') {
      in_class = true;
      if (pattern.substr(i + 1, 1) == "^") ++i;
      if (pattern.substr(i + 1, 1) == "]") ++i;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      --depth;
    } else if (c == '|' && depth == 0) {
      return false;
    }
  }
  return true;
}

/// "^(?:a|b)c" as "^ac", "^bc", and "^(?:a)?b" as "^ab", "^b"; the pattern itself when it doesn't begin so.
std::vector<std::string> alternatives(const std::string& pattern) {
  constexpr std::string_view kOpening = "^(?:";
  if (!pattern.starts_with(kOpening)) return {pattern};
  const size_t close = pattern.find(')');
  const std::string_view inside = std::string_view(pattern).substr(kOpening.size(), close - kOpening.size());
  if (close == std::string::npos || inside.find('(') != std::string_view::npos || inside.ends_with('\\'))
    return {pattern};
  const bool optional = pattern.substr(close + 1, 1) == "?";
  const std::string rest = pattern.substr(close + (optional ? 2 : 1));
  if (!rest.empty() && std::string_view("*+{?").find(rest[0]) != std::string_view::npos) return {pattern};
  std::vector<std::string> found;
  std::vector<std::string_view> starts = split(inside, '|');
  if (optional) starts.emplace_back();
  for (const std::string_view start : starts) {
    const bool whole = is_anchored(fmt::format("^{}", start)) && RE2(std::string(start), options(false)).ok();
    if (!whole) return {pattern};
    for (std::string& deeper : alternatives(fmt::format("^{}{}", start, rest))) found.push_back(std::move(deeper));
  }
  return found.size() <= kMostAlternatives ? found : std::vector<std::string>{pattern};
}

/// First bytes between which every match of an anchored pattern lies.
struct WordRange {
  uint64_t low = 0;
  uint64_t high = ~uint64_t{0};
  uint32_t rule = 0;
};

WordRange range_of(const std::string& pattern, uint32_t rule) {
  std::string low;
  std::string high;
  if (!RE2(pattern, options(true)).PossibleMatchRange(&low, &high, static_cast<int>(kWordBytes))) return {.rule = rule};
  const size_t size = std::min(high.size(), kWordBytes);
  const uint64_t past_end = size == kWordBytes ? 0 : ~uint64_t{0} >> (8 * size);
  return {first_bytes(low), first_bytes(high) | past_end, rule};
}

/// One compiled rule, and which of its groups gives what (-1: none).
struct Matcher {
  Matcher(const LogRule& from, const RE2::Options& options)
      : rule(from), regex(from.pattern, options), anchored(is_anchored(from.pattern)) {
    for (const auto& [name, group] : regex.NamedCapturingGroups()) {
      if (name == "key") key = group;
      if (name == "bytes") bytes = group;
      if (name == "seconds") seconds = group;
      if (name == "count") count = group;
      if (group < static_cast<int>(kMostGroups)) groups = std::max(groups, group + 1);
    }
  }

  static constexpr size_t kMostGroups = 16;

  LogRule rule;
  RE2 regex;
  bool anchored;
  int groups = 1;
  int key = -1;
  int bytes = -1;
  int seconds = -1;
  int count = -1;
};

std::optional<LogMatch> match_one(const Matcher& matcher, std::string_view message) {
  std::array<re2::StringPiece, Matcher::kMostGroups> groups;
  const re2::StringPiece text(message.data(), message.size());
  const RE2::Anchor anchor = matcher.anchored ? RE2::ANCHOR_START : RE2::UNANCHORED;
  if (!matcher.regex.Match(text, 0, text.size(), anchor, groups.data(), matcher.groups)) return std::nullopt;
  const auto group = [&](int index) -> std::string_view {
    if (index < 0 || index >= matcher.groups) return {};
    const re2::StringPiece& found = groups[static_cast<size_t>(index)];
    return {found.data(), found.size()};
  };
  return LogMatch{&matcher.rule, group(matcher.key), group(matcher.bytes), group(matcher.seconds),
                  group(matcher.count)};
}

}  // namespace

struct LogRules::Compiled {
  std::vector<std::unique_ptr<Matcher>> matchers;         ///< in the order in which they count
  std::array<std::vector<WordRange>, 256> by_first_byte;  ///< of anchored rules, by rule
  std::unique_ptr<RE2::Set> floating;                     ///< all others, null when there are none
  std::vector<uint32_t> floating_rules;                   ///< by their number in the set

  void add(const LogRule& rule, bool is_built_in) {
    const auto number = static_cast<uint32_t>(matchers.size());
    matchers.push_back(std::make_unique<Matcher>(rule, options(is_built_in)));
    if (!matchers.back()->regex.ok()) {
      throw Error(fmt::format("the log pattern \"{}\" is wrong: {}", rule.pattern, matchers.back()->regex.error()));
    }
    if (!matchers.back()->anchored) {
      if (floating == nullptr) floating = std::make_unique<RE2::Set>(options(false), RE2::UNANCHORED);
      floating->Add(rule.pattern, nullptr);
      floating_rules.push_back(number);
      return;
    }
    for (const std::string& start : alternatives(rule.pattern)) {
      const WordRange range = range_of(start, number);
      for (uint64_t byte = range.low >> 56U; byte <= range.high >> 56U; ++byte) by_first_byte[byte].push_back(range);
    }
  }
};

LogRules::LogRules(std::span<const LogRule> more) {
  const auto compiled = std::make_shared<Compiled>();
  for (const LogRule& rule : more) compiled->add(rule, false);
  for (const LogRule& rule : built_in_log_rules()) compiled->add(rule, true);
  if (compiled->floating != nullptr && !compiled->floating->Compile()) {
    throw Error("the log patterns are too large together; begin more of them with ^");
  }
  compiled_ = compiled;
}

bool LogRules::may_match(uint64_t first_bytes) const {
  for (const WordRange& range : compiled_->by_first_byte[first_bytes >> 56U]) {
    if (range.low <= first_bytes && first_bytes <= range.high) return true;
  }
  return false;
}

bool LogRules::has_floating_rules() const {
  return compiled_->floating != nullptr;
}

std::optional<LogMatch> LogRules::match(std::string_view message) const {
  const Compiled& rules = *compiled_;
  // The user's rules come first, and only they float.
  if (rules.floating != nullptr && rules.floating->Match({message.data(), message.size()}, nullptr)) {
    for (const std::unique_ptr<Matcher>& matcher : rules.matchers) {
      if (const std::optional<LogMatch> found = match_one(*matcher, message)) return found;
    }
  }
  const uint64_t word = first_bytes(message);
  for (const WordRange& range : rules.by_first_byte[word >> 56U]) {
    if (word < range.low || range.high < word) continue;
    if (const std::optional<LogMatch> found = match_one(*rules.matchers[range.rule], message)) return found;
  }
  return std::nullopt;
}

uint64_t first_bytes(std::string_view text) {
  uint64_t word = 0;
  for (size_t i = 0; i < kWordBytes; ++i) {
    word = word << 8U | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
  }
  return word;
}

std::string_view to_string(MarkerKind kind) {
  for (const auto& [word, known] : kKinds) {
    if (known == kind) return word;
  }
  return "";
}

std::optional<MarkerKind> read_marker_kind(std::string_view word) {
  for (const auto& [known, kind] : kKinds) {
    if (known == word) return kind;
  }
  return std::nullopt;
}

}  // namespace dagsim::history
