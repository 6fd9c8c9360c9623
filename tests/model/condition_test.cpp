#include "model/condition.h"

#include "model/edit_session.h"
#include "tests/catch.h"

using namespace dagsim::model;

namespace {

std::string chain(std::string_view condition) {
  const Chain split = split_chain(condition);
  std::string text(split.op);
  for (const std::string_view term : split.terms) text += "{" + std::string(term) + "}";
  return text;
}

/// t, f and u are true, false and unknown.
std::string value(std::string_view condition) {
  const auto term = [](std::string_view text) {
    return text == "t" ? Truth::True : text == "f" ? Truth::False : Truth::Unknown;
  };
  const Truth result = truth(condition, term);
  return result == Truth::True ? "t" : result == Truth::False ? "f" : "u";
}

}  // namespace

TEST_CASE("A condition splits at its outermost operator, outside of quotes and brackets") {
  CHECK(chain("a") == "{a}");
  CHECK(chain("a && b && c") == "&&{a}{b}{c}");
  CHECK(chain("a && b || c") == "||{a && b}{c}");
  CHECK(chain("success() && (a || b)") == "&&{success()}{(a || b)}");
  CHECK(chain("((a || b))") == "||{a}{b}");
  CHECK(chain("(a) && (b)") == "&&{(a)}{(b)}");
  CHECK(chain("a == ' && ' && b['||'] == 'it''s || ok'") == "&&{a == ' && '}{b['||'] == 'it''s || ok'}");
}

TEST_CASE("Unknown terms matter only where no other term decides") {
  CHECK(value("f && u") == "f");
  CHECK(value("u && t") == "u");
  CHECK(value("u || t") == "t");
  CHECK(value("u || f") == "u");
  CHECK(value("t && (u || (t && t))") == "t");
  CHECK(value("t && f || t") == "t");
}

TEST_CASE("Terms that ask only for the result of a need are taken out of a chain") {
  const auto without = [](const std::string& condition) { return without_result_of(condition, "x"); };
  CHECK(without("always() && needs.x.result == 'success' && needs.y.result == 'success'") ==
        "always() && needs.y.result == 'success'");
  CHECK(without("success() && (needs.X.result == 'success' && github.ref == 'a')") == "success() && github.ref == 'a'");
  CHECK(without("needs.x.result == 'failure' || needs.y.result == 'failure'") == "needs.y.result == 'failure'");
  CHECK(without("needs.x.result == 'success'") == "success()");
  CHECK(without("needs.xy.result == 'success' && a") == "needs.xy.result == 'success' && a");
}

TEST_CASE("Terms that also ask for something else stay for the user to decide") {
  for (const char* condition : {"always() && needs.x.outputs.y == 'true'", "always() && (needs.x.result == 'a' || b)",
                                "needs.x.result == needs.y.result && a"}) {
    CHECK(without_result_of(condition, "x") == condition);
  }
}

TEST_CASE("A renamed need is renamed as a whole name outside of quotes") {
  CHECK(with_renamed_need("needs.a.result == 'needs.a' && needs.ab.result && Needs.A.outputs.x", "a", "b") ==
        "needs.b.result == 'needs.a' && needs.ab.result && needs.b.outputs.x");
}
