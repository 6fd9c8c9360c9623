#include "model/condition.h"

#include "base/text.h"

namespace dagsim::model {

namespace {

// GitHub's bound on the depth of expressions; what lies deeper is one term.
constexpr int kDepth = 50;

/// The bytes of `text` that stand outside quotes and brackets; calls `at` with each, stops when it returns false.
template <typename Visitor>
void visit_outer(std::string_view text, Visitor at) {
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\'') quoted = !quoted;
    if (quoted) continue;
    if (c == ')' || c == ']') --depth;
    if (depth == 0 && !at(i)) return;
    if (c == '(' || c == '[') ++depth;
  }
}

/// "((a))" to "a", but not "(a) && (b)".
std::string_view without_parentheses(std::string_view text) {
  text = trim(text);
  while (text.size() > 1 && text.front() == '(' && text.back() == ')') {
    size_t closing = 0;
    visit_outer(text, [&](size_t i) {
      closing = i;
      return text[i] != ')';
    });
    if (closing + 1 != text.size()) break;
    text = trim(text.substr(1, text.size() - 2));
  }
  return text;
}

std::vector<std::string_view> split_at(std::string_view text, std::string_view op) {
  std::vector<std::string_view> terms;
  size_t begin = 0;
  visit_outer(text, [&](size_t i) {
    if (i >= begin && text.substr(i, op.size()) == op) {
      terms.push_back(trim(text.substr(begin, i - begin)));
      begin = i + op.size();
    }
    return true;
  });
  terms.push_back(trim(text.substr(begin)));
  return terms;
}

Truth judge(std::string_view condition, const std::function<Truth(std::string_view)>& term, int depth) {
  const Chain chain = split_chain(condition);
  if (chain.op.empty() || depth == 0) return term(chain.op.empty() ? chain.terms.front() : condition);
  const Truth decisive = chain.op == "&&" ? Truth::False : Truth::True;
  Truth result = decisive == Truth::False ? Truth::True : Truth::False;
  for (const std::string_view each : chain.terms) {
    const Truth value = judge(each, term, depth - 1);
    if (value == decisive) return decisive;
    if (value == Truth::Unknown) result = Truth::Unknown;
  }
  return result;
}

}  // namespace

Chain split_chain(std::string_view condition) {
  const std::string_view text = without_parentheses(condition);
  for (const std::string_view op : {"||", "&&"}) {
    std::vector<std::string_view> terms = split_at(text, op);
    if (terms.size() > 1) return {op, std::move(terms)};
  }
  return {"", {text}};
}

Truth truth(std::string_view condition, const std::function<Truth(std::string_view)>& term) {
  return judge(condition, term, kDepth);
}

}  // namespace dagsim::model
