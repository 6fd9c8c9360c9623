#include "workflow/cron.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <charconv>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace dagsim::workflow {

namespace {

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct FieldKind {
  std::string_view name;
  unsigned least;
  unsigned most;
  std::span<const std::string_view> names;  ///< of the values from `least` on
};

constexpr std::array<FieldKind, 5> kFields = {
    FieldKind{"minute", 0, 59, {}}, FieldKind{"hour", 0, 23, {}}, FieldKind{"day of the month", 1, 31, {}},
    FieldKind{"month", 1, 12, kMonths}, FieldKind{"day of the week", 0, 6, kWeekdays}};

using Values = std::bitset<60>;

class Checker {
 public:
  explicit Checker(std::string_view text) : text_(text) {}

  std::vector<TextFault> run() {
    const std::vector<std::string_view> fields = split_fields();
    if (fields.empty()) return std::move(faults_);
    std::array<Values, kFields.size()> values;
    for (size_t i = 0; i < kFields.size(); ++i) values[i] = field(fields[i], kFields[i]);
    if (faults_.empty()) check_interval(fields[0], values[0], values[1]);
    return std::move(faults_);
  }

 private:
  void fault(std::string_view part, std::string message, Severity severity = Severity::Error) {
    const auto begin = static_cast<size_t>(part.data() - text_.data());
    faults_.push_back({begin, begin + part.size(), std::move(message), severity});
  }

  /// Five of them, or none and a fault.
  std::vector<std::string_view> split_fields() {
    std::vector<std::string_view> fields;
    for (const std::string_view part : split(text_, ' ')) {
      if (!part.empty()) fields.push_back(part);
    }
    const std::string_view expected = "minute, hour, day of the month, month and day of the week";
    if (text_.starts_with('@')) {
      fault(text_, fmt::format("schedule \"{}\" is no POSIX cron, expected the fields {}", text_, expected));
    } else if (fields.size() != kFields.size()) {
      fault(text_, fmt::format("schedule has {} field{}, expected 5: {}", fields.size(), fields.size() == 1 ? "" : "s",
                               expected));
    } else if (text_.starts_with(' ') || text_.ends_with(' ')) {
      fault(text_, "schedule begins or ends with a space, expected five fields with spaces only between them");
    } else {
      return fields;
    }
    return {};
  }

  Values field(std::string_view text, const FieldKind& kind) {
    Values values;
    for (const std::string_view item : split(text, ',')) {
      if (item.empty()) {
        fault(text, fmt::format("{} \"{}\" has an empty item, expected a value on both sides of each comma", kind.name,
                                text));
        break;
      }
      values |= list_item(item, kind);
    }
    return values;
  }

  /// `*`, `a`, `a-b`, each perhaps with `/n` behind it.
  Values list_item(std::string_view item, const FieldKind& kind) {
    const size_t slash = item.find('/');
    const std::string_view reach = item.substr(0, slash);
    unsigned step = 1;
    if (slash != std::string_view::npos) {
      const std::optional<unsigned> read = number(item.substr(slash + 1));
      const unsigned least = std::max(kind.least, 1U);
      if (!read || *read < least || *read > kind.most) {
        fault(item, fmt::format("{} \"{}\" has the step \"{}\", expected {}-{}", kind.name, item,
                                item.substr(slash + 1), least, kind.most));
        return {};
      }
      step = *read;
    }
    const auto ends = bounds(reach.empty() ? item : reach, kind, slash != std::string_view::npos);
    if (!ends) return {};
    Values values;
    for (unsigned value = ends->first; value <= ends->second; value += step) values.set(value);
    return values;
  }

  std::optional<std::pair<unsigned, unsigned>> bounds(std::string_view reach, const FieldKind& kind, bool stepped) {
    if (reach == "*") return std::pair(kind.least, kind.most);
    const size_t dash = reach.find('-');
    const std::optional<unsigned> first = value(reach.substr(0, dash), reach, kind);
    if (!first) return std::nullopt;
    if (dash == std::string_view::npos) return std::pair(*first, stepped ? kind.most : *first);
    const std::optional<unsigned> last = value(reach.substr(dash + 1), reach, kind);
    if (!last) return std::nullopt;
    if (*last < *first) {
      fault(reach, fmt::format("{} \"{}\" runs backwards, expected the smaller value first", kind.name, reach));
      return std::nullopt;
    }
    return std::pair(*first, *last);
  }

  std::optional<unsigned> value(std::string_view part, std::string_view reach, const FieldKind& kind) {
    for (unsigned i = 0; i < kind.names.size(); ++i) {
      if (equals_ignore_case(part, kind.names[i])) return kind.least + i;
    }
    const std::optional<unsigned> read = number(part);
    if (read && *read >= kind.least && *read <= kind.most) return read;
    std::string expected = fmt::format("{}-{}", kind.least, kind.most);
    if (!kind.names.empty()) expected += fmt::format(" or {}-{}", kind.names.front(), kind.names.back());
    const std::string_view found = part.empty() ? reach : part;
    fault(found, fmt::format("{} \"{}\", expected {}", kind.name, found, expected));
    return std::nullopt;
  }

  static std::optional<unsigned> number(std::string_view part) {
    unsigned read = 0;
    const auto [end, failure] = std::from_chars(part.data(), part.data() + part.size(), read);
    if (failure != std::errc() || end != part.data() + part.size()) return std::nullopt;
    return read;
  }

  /// The gap over the full hour counts only where two hours follow one another, and not behind a step, which is meant
  /// to be as long as it says: `*/7` is no complaint about 56 to 60.
  void check_interval(std::string_view field, const Values& minutes, const Values& hours) {
    constexpr unsigned kMinutes = 60;
    constexpr unsigned kHours = 24;
    unsigned shortest = kMinutes;
    unsigned first = kMinutes;
    unsigned before = kMinutes;
    for (unsigned minute = 0; minute < kMinutes; ++minute) {
      if (!minutes[minute]) continue;
      if (before < kMinutes) shortest = std::min(shortest, minute - before);
      first = std::min(first, minute);
      before = minute;
    }
    bool neighbours = false;
    for (unsigned hour = 0; hour < kHours; ++hour) neighbours |= hours[hour] && hours[(hour + 1) % kHours];
    const bool one_step = field.find('/') != std::string_view::npos && field.find(',') == std::string_view::npos;
    if (neighbours && !one_step) shortest = std::min(shortest, first + kMinutes - before);
    if (shortest >= kLeastScheduleMinutes) return;
    fault(field,
          fmt::format("minute \"{}\" asks for runs {} minute{} apart, but GitHub starts them at most every {} minutes",
                      field, shortest, shortest == 1 ? "" : "s", kLeastScheduleMinutes),
          Severity::Warning);
  }

  std::string_view text_;
  std::vector<TextFault> faults_;
};

}  // namespace

std::vector<TextFault> check_cron(std::string_view text) {
  return Checker(text).run();
}

}  // namespace dagsim::workflow
