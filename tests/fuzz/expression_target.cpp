#include "base/error.h"
#include "expression/expression.h"
#include "expression/fold.h"
#include "expression/json.h"
#include "tests/fuzz/targets.h"

namespace dagsim::fuzz {

namespace {

using expression::Expression;
using expression::ExpressionError;
using expression::Value;

const expression::Scope& scope() {
  static const expression::Scope kScope = [] {
    expression::Scope made;
    made.contexts =
        expression::from_json(R"({"a": {"b": [1, {"c": "x"}, []], "C": null, "d": "1e3"}, "x": [[2], "y"]})").object();
    made.functions["success"] = [](std::span<const Value>) { return Value(true); };
    return made;
  }();
  return kScope;
}

/// Runs what may fail, but only at a place within the text.
template <typename Work>
void attempt(std::string_view text, Work work) {
  try {
    work();
  } catch (const ExpressionError& error) {
    DAGSIM_ASSERT(error.offset <= text.size(), "errors of an expression lie within its text");
  }
}

void check_written(const Value& value) {
  const std::string compact = to_compact_json(value);
  if (expression::utf8_length(compact) < compact.size()) return;
  // Infinities and NaN become strings, so the second writing is compared with the third.
  const std::string again = to_compact_json(expression::from_standard_json(compact));
  DAGSIM_ASSERT(again == compact, "compact JSON is read back as it was");
}

void check_condition(const std::string& condition) {
  try {
    DAGSIM_ASSERT(calls_status_function(Expression::parse(condition)), "a normalised condition has a status function");
  } catch (const ExpressionError&) {
    // success() && (…) may be one level deeper, or a little longer, than GitHub allows.
  }
}

}  // namespace

void expression(std::string_view text) {
  attempt(text, [&] {
    const Expression parsed = Expression::parse(text);
    references(parsed);
    check_names(parsed, {{"a", "x"}, {{"success", 0, 0}}});
    check_written(evaluate(parsed, scope()));
  });
  attempt(text, [&] {
    const std::string condition = expression::normalise_condition(text);
    check_condition(condition);
  });
  attempt(text, [&] { check_written(evaluate_template(text, scope())); });
  attempt(text, [&] { check_written(expression::from_json(text)); });
  attempt(text, [&] { check_written(expression::from_standard_json(text)); });
}

}  // namespace dagsim::fuzz
