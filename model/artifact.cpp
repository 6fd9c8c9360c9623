// Two globs are compared by walking both at once: row by row the set of places in the second that can be reached with
// what the first has consumed. Cost: the product of the lengths, for each alternative of the braces. Names of artifacts
// hold no `/`, so `*` and `**` are the same.
#include "model/artifact.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace dagsim::model {

namespace {

/// Braces multiply; what would make more alternatives than this is taken as any text.
constexpr size_t kMostAlternatives = 64;

enum class Atom : uint8_t { Byte, Any, Run };

struct Part {
  Atom atom = Atom::Byte;
  char byte = 0;
};

/// `glob`: `*`, `?` and `[…]` mean more than themselves.
std::vector<Part> parts_of(std::string_view text, bool glob) {
  std::vector<Part> parts;
  for (size_t i = 0; i < text.size(); ++i) {
    size_t end = std::string_view::npos;
    if (text.substr(i, 3) == "${{" && (end = text.find("}}", i)) != std::string_view::npos) {
      parts.push_back({Atom::Run});
      i = end + 1;
    } else if (glob && text[i] == '*') {
      parts.push_back({Atom::Run});
    } else if (glob && text[i] == '?') {
      parts.push_back({Atom::Any});
    } else if (glob && text[i] == '[' && (end = text.find(']', i + 1)) != std::string_view::npos) {
      parts.push_back({Atom::Any});
      i = end;
    } else {
      parts.push_back({Atom::Byte, text[i]});
    }
  }
  return parts;
}

bool meet(const Part& a, const Part& b) {
  return a.atom == Atom::Any || b.atom == Atom::Any || a.byte == b.byte;
}

/// Whether the bytes before the first that may mean more than itself already tell the two apart.
bool begin_apart(std::string_view glob, std::string_view name) {
  for (size_t i = 0; i < std::min(glob.size(), name.size()); ++i) {
    if (std::string_view("*?[{!$").find(glob[i]) != std::string_view::npos || name[i] == '$') return false;
    if (glob[i] != name[i]) return true;
  }
  return false;
}

/// Whether some text fits both.
bool overlap(const std::vector<Part>& a, const std::vector<Part>& b) {
  std::vector<bool> reached(b.size() + 1, false);
  const auto skip_runs = [&](std::vector<bool>& at) {
    for (size_t j = 0; j < b.size(); ++j) {
      if (at[j] && b[j].atom == Atom::Run) at[j + 1] = true;
    }
  };
  reached[0] = true;
  skip_runs(reached);
  for (const Part& part : a) {
    std::vector<bool> next(b.size() + 1, false);
    if (part.atom == Atom::Run) {
      const auto first = std::ranges::find(reached, true);
      std::fill(next.begin() + (first - reached.begin()), next.end(), true);
    } else {
      for (size_t j = 0; j < b.size(); ++j) {
        if (!reached[j]) continue;
        if (b[j].atom == Atom::Run) next[j] = true;
        if (b[j].atom != Atom::Run && meet(part, b[j])) next[j + 1] = true;
      }
      skip_runs(next);
    }
    reached = std::move(next);
  }
  return reached[b.size()];
}

/// The glob with `*` for what only a run knows.
std::string without_unknown(std::string_view glob) {
  std::string text(glob);
  for (size_t begin = text.find("${{"); begin != std::string::npos; begin = text.find("${{", begin)) {
    const size_t end = text.find("}}", begin);
    if (end == std::string::npos) break;
    text.replace(begin, end + 2 - begin, "*");
  }
  return text;
}

/// "a{b,c}d" gives "abd", "acd"; the innermost braces first.
std::vector<std::string> alternatives(std::string glob) {
  std::vector<std::string> done;
  std::vector<std::string> open = {std::move(glob)};
  while (!open.empty()) {
    const std::string text = std::move(open.back());
    open.pop_back();
    const size_t close = text.find('}');
    const size_t begin = close == std::string::npos ? close : text.rfind('{', close);
    if (begin == std::string::npos || text.find(',', begin) > close) {
      done.push_back(text);
    } else {
      for (size_t from = begin + 1; from <= close;) {
        const size_t to = std::min(text.find(',', from), close);
        open.push_back(text.substr(0, begin) + text.substr(from, to - from) + text.substr(close + 1));
        from = to + 1;
      }
    }
    if (open.size() + done.size() > kMostAlternatives) return {"*"};
  }
  return done;
}

}  // namespace

bool is_known_name(std::string_view name) {
  return name.find("${{") == std::string_view::npos;
}

bool is_one_name(std::string_view wanted) {
  return is_known_name(wanted) && wanted.find_first_of("*?[{!") == std::string_view::npos;
}

bool may_take(std::string_view wanted, std::string_view made) {
  if (wanted == made) return true;
  if (is_one_name(wanted) && is_known_name(made)) return false;
  if (begin_apart(wanted, made)) return false;
  const std::vector<Part> name = parts_of(made, false);
  const bool negated = wanted.starts_with('!');
  if (negated && !(is_known_name(wanted) && is_known_name(made))) return true;
  const std::vector<std::string> globs = alternatives(without_unknown(negated ? wanted.substr(1) : wanted));
  const bool taken =
      std::ranges::any_of(globs, [&](const std::string& glob) { return overlap(parts_of(glob, true), name); });
  return taken != negated;
}

}  // namespace dagsim::model
