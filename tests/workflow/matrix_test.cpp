#include "workflow/matrix.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/yaml.h"
#include "tests/catch.h"

namespace dagsim::workflow {
namespace {

using expression::Array;
using expression::Object;
using expression::Value;

Value value_of(const yaml::Node& node) {
  if (node.kind == yaml::Kind::Boolean) return {node.boolean};
  if (node.kind == yaml::Kind::Number) return {node.number};
  if (node.kind == yaml::Kind::String) return {node.text};
  if (node.is_null()) return {};
  if (node.is_sequence()) {
    Array items;
    for (const yaml::Node& item : node.items) items.push_back(value_of(item));
    return {items};
  }
  Object object;
  for (const yaml::Entry& entry : node.entries) object.set(entry.key, value_of(entry.value));
  return {object};
}

/// One leg a line: "suffix | path=value …"; or the findings.
std::string legs(const std::string& text) {
  Diagnostics diagnostics;
  const auto file = std::make_shared<const SourceFile>("m.yml", text);
  const auto node = yaml::parse(file, diagnostics);
  REQUIRE(node);
  const std::vector<Leg> found = expand_matrix(value_of(*node), {&*node, file, "job \"t\""}, diagnostics);
  std::string result;
  for (const Leg& leg : found) {
    std::string line = join(leg.segments, ", ") + " |";
    for (const Leaf& leaf : leg.leaves) line += fmt::format(" {}={}", leaf.path, leaf.value);
    result += line + "\n";
  }
  for (const Diagnostic& diagnostic : diagnostics.list()) {
    result += fmt::format("{}: {}\n", to_string(diagnostic.where), diagnostic.message);
  }
  return result;
}

TEST_CASE("The first key of a matrix is the slowest") {
  CHECK(legs("a: [1, 2]\nb: [x, y]\n") ==
        "1, x | a=1 b=x\n"
        "1, y | a=1 b=y\n"
        "2, x | a=2 b=x\n"
        "2, y | a=2 b=y\n");
}

TEST_CASE("Include merges into original combinations and appends what fits none") {
  CHECK(legs("fruit: [apple, pear]\n"
             "animal: [cat, dog]\n"
             "include:\n"
             "  - color: green\n"
             "  - {color: pink, animal: cat}\n"
             "  - {fruit: apple, shape: circle}\n"
             "  - fruit: banana\n"
             "  - {fruit: banana, animal: cat}\n") ==
        "apple, cat | fruit=apple animal=cat color=pink shape=circle\n"
        "apple, dog | fruit=apple animal=dog color=green shape=circle\n"
        "pear, cat | fruit=pear animal=cat color=pink\n"
        "pear, dog | fruit=pear animal=dog color=green\n"
        "banana | fruit=banana\n"
        "banana, cat | fruit=banana animal=cat\n");
}

TEST_CASE("An include item whose vectors lie outside the product is a tenth leg") {
  const std::string text =
      legs("os: [linux, windows, mac]\nversion: [12, 14, 16]\ninclude:\n  - {os: windows, version: 17}\n");
  CHECK(std::ranges::count(text, '\n') == 10);
  CHECK(text.ends_with("windows, 17 | os=windows version=17\n"));
}

TEST_CASE("Excludes leave nine of twelve combinations") {
  const std::string text = legs(
      "os: [a, b]\nversion: [1, 2, 3]\nflavor: [x, y]\n"
      "exclude:\n  - {os: a, version: 1}\n  - {os: b, version: 3, flavor: y}\n");
  CHECK(std::ranges::count(text, '\n') == 9);
}

TEST_CASE("Exclude compares with the coercing equality") {
  CHECK(legs("v: [12, 0, '', false, x]\nexclude: [{v: '12'}]\n") == "0 | v=0\n | v=\nfalse | v=false\nx | v=x\n");
  CHECK(legs("v: [12, 0, '', false, X]\nexclude: [{v: null}]\n") == "12 | v=12\nX | v=X\n");
  CHECK(legs("v: [Linux, mac]\nexclude: [{V: linux}]\n") == "mac | v=mac\n");
}

TEST_CASE("Exclude matches nested objects partially and sequences by prefix") {
  CHECK(legs("o: [{a: 1, b: 2}, {a: 1, b: 3}]\nexclude: [{o: {b: 3}}]\n") == "1, 2 | o.a=1 o.b=2\n");
  CHECK(legs("o: [[1, 2], [2, 1]]\nexclude: [{o: [1]}]\n") == "2, 1 | o.0=2 o.1=1\n");
}

TEST_CASE("A matrix of includes alone has a leg for each and shows all of it") {
  CHECK(legs("include:\n  - {target: a, os: x}\n  - {target: b, os: ''}\n") ==
        "a, x | target=a os=x\n"
        "b | target=b os=\n");
}

TEST_CASE("Includes make legs even where everything is excluded") {
  CHECK(legs("v: [1]\nexclude: [{v: 1}]\ninclude: [{w: 2}]\n") == "2 | w=2\n");
}

TEST_CASE("What can't be a matrix is reported at its key") {
  CHECK(legs("v: []\n") == "m.yml:1:1: matrix vector \"v\" of job \"t\" does not contain any values\n");
  CHECK(legs("v: 3\n") == "m.yml:1:1: matrix vector \"v\" of job \"t\" must be a sequence, but is number\n");
  CHECK(legs("include: []\n") == "m.yml:1:1: the matrix of job \"t\" must define at least one vector\n");
  CHECK(legs("v: [1]\nexclude: [{w: 1}]\n") ==
        "m.yml:2:1: exclude key \"w\" does not match any key of the matrix of job \"t\"; expected v\n");
  CHECK(legs("v: [1]\nexclude: [{}]\n") == "m.yml:2:1: an exclude item of the matrix of job \"t\" is empty\n");
  CHECK(legs("v: [1]\nexclude: [{v: 1}]\n") ==
        "m.yml:2:1: the matrix of job \"t\" has no legs left after its exclude\n");
}

TEST_CASE("More than 256 legs are an error") {
  std::string list = "[0";
  for (int i = 1; i < 17; ++i) list += fmt::format(", {}", i);
  list += "]";
  CHECK(legs("a: " + list + "\nb: " + list + "\n") ==
        "m.yml:1:1: the matrix of job \"t\" has 289 legs, more than the 256 that GitHub allows\n");
}

TEST_CASE("A display name beyond 100 characters is cut") {
  CHECK(display_name("job", {"a", "b"}) == "job (a, b)");
  CHECK(display_name("job", {}) == "job");
  CHECK(display_name(std::string(100, 'x'), {}) == std::string(100, 'x'));
  CHECK(display_name(std::string(98, 'x'), {"a"}) == std::string(97, 'x') + "...");
}

}  // namespace
}  // namespace dagsim::workflow
