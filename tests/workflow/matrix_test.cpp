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
std::string legs(const std::string& text, const Limits& limits = {}) {
  Diagnostics diagnostics;
  const auto file = std::make_shared<const SourceFile>("m.yml", text);
  const auto node = yaml::parse(file, diagnostics);
  REQUIRE(node);
  const std::vector<Leg> found = expand_matrix(value_of(*node), {&*node, file, "job \"t\""}, limits, diagnostics);
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

TEST_CASE("Worked example: fruits and animals with five includes are six jobs") {
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

TEST_CASE("Worked example: three systems by three versions and an include outside of them are ten jobs") {
  CHECK(legs("os: [linux, windows, mac]\n"
             "version: [12, 14, 16]\n"
             "include: [{os: windows, version: 17}]\n") ==
        "linux, 12 | os=linux version=12\n"
        "linux, 14 | os=linux version=14\n"
        "linux, 16 | os=linux version=16\n"
        "windows, 12 | os=windows version=12\n"
        "windows, 14 | os=windows version=14\n"
        "windows, 16 | os=windows version=16\n"
        "mac, 12 | os=mac version=12\n"
        "mac, 14 | os=mac version=14\n"
        "mac, 16 | os=mac version=16\n"
        "windows, 17 | os=windows version=17\n");
}

TEST_CASE("Worked example: two by three by two combinations without the excluded ones are nine jobs") {
  CHECK(legs("os: [macos-latest, windows-latest]\n"
             "version: [12, 14, 16]\n"
             "environment: [staging, production]\n"
             "exclude:\n"
             "  - {os: macos-latest, version: 12, environment: production}\n"
             "  - {os: windows-latest, version: 16}\n") ==
        "macos-latest, 12, staging | os=macos-latest version=12 environment=staging\n"
        "macos-latest, 14, staging | os=macos-latest version=14 environment=staging\n"
        "macos-latest, 14, production | os=macos-latest version=14 environment=production\n"
        "macos-latest, 16, staging | os=macos-latest version=16 environment=staging\n"
        "macos-latest, 16, production | os=macos-latest version=16 environment=production\n"
        "windows-latest, 12, staging | os=windows-latest version=12 environment=staging\n"
        "windows-latest, 12, production | os=windows-latest version=12 environment=production\n"
        "windows-latest, 14, staging | os=windows-latest version=14 environment=staging\n"
        "windows-latest, 14, production | os=windows-latest version=14 environment=production\n");
}

TEST_CASE("Edge case 7: filters compare with the coercing equality and ignore case") {
  CHECK(legs("v: [12, 0, '', false, x]\nexclude: [{v: '12'}]\n") == "0 | v=0\n | v=\nfalse | v=false\nx | v=x\n");
  CHECK(legs("v: [12, 0, '', false, null, X]\nexclude: [{v: null}]\n") == "12 | v=12\nX | v=X\n");
  CHECK(legs("v: [Linux, mac]\nexclude: [{V: linux}]\n") == "mac | v=mac\n");
  CHECK(legs("v: [true, 'true', 1]\nexclude: [{v: 1}]\n") == "true | v=true\n");
  CHECK(legs("v: ['12', 13]\ninclude: [{v: 12.0, w: a}, {v: ' 13 ', w: b}]\n") == "12 | v=12 w=a\n13 | v=13 w=b\n");
}

TEST_CASE("Edge case 8: filters match nested objects partially and sequences by prefix") {
  CHECK(legs("o: [{a: 1, b: 2}, {a: 1, b: 3}]\nexclude: [{o: {b: 3}}]\n") == "1, 2 | o.a=1 o.b=2\n");
  CHECK(legs("o: [[1, 2], [2, 1]]\nexclude: [{o: [1]}]\n") == "2, 1 | o.0=2 o.1=1\n");
  CHECK(legs("o: [[1, 2], [1]]\nexclude: [{o: [1, 2]}]\n") == "1 | o.0=1\n");
  CHECK(legs("o: [{a: {b: [x, y]}}, {a: {b: [z]}}]\ninclude: [{o: {a: {b: [X]}}, hit: 1}]\n") ==
        "x, y | o.a.b.0=x o.a.b.1=y hit=1\nz | o.a.b.0=z\n");
}

TEST_CASE("A filter asks for what a combination lacks as for null") {
  CHECK(legs("o: [{a: 1}, {a: 2, b: 5}]\nexclude: [{o: {b: null}}]\n") == "2, 5 | o.a=2 o.b=5\n");
}

TEST_CASE("An empty object or sequence in a filter constrains nothing") {
  CHECK(legs("o: [{a: 1}, [2], 3]\nw: [4]\ninclude: [{o: {}, x: 5}, {o: [], y: 6}]\n") ==
        "1, 4 | o.a=1 w=4 x=5 y=6\n2, 4 | o.0=2 w=4 x=5 y=6\n3, 4 | o=3 w=4 x=5 y=6\n");
}

TEST_CASE("A filter indexes as expressions do: objects by number, sequences by text") {
  CHECK(legs("o: [{'0': a}, [b]]\ninclude: [{o: [a], x: 1}, {o: {'0': b}, y: 2}]\n") ==
        "a | o.0=a x=1\nb | o.0=b y=2\n");
}

TEST_CASE("Edge case 9: includes match original values only, later ones win, and appended legs get no extras") {
  CHECK(legs("a: [1]\ninclude: [{b: 2}, {b: 3}, {a: 1, c: 4}, {a: 9, b: 5}, {b: 6}]\n") ==
        "1 | a=1 b=6 c=4\n9, 5 | a=9 b=5\n");
  CHECK(legs("a: [1, 2]\ninclude: [{a: 1, b: x}, {b: x, a: 2, c: y}]\n") == "1 | a=1 b=x\n2 | a=2 b=x c=y\n");
}

TEST_CASE("An appended leg holds its vectors first") {
  CHECK(legs("a: [1]\nb: [2]\ninclude: [{x: 3, b: 4, y: 5, a: 6}]\n") ==
        "1, 2 | a=1 b=2\n4, 6, 3, 5 | b=4 a=6 x=3 y=5\n");
}

TEST_CASE("Edge case 10: names show what came before the extras, without empty values") {
  CHECK(legs("a: [x]\nb: [null, '']\nc: [{d: [1, true], e: ''}]\ninclude: [{extra: hidden}]\n") ==
        "x, 1, true | a=x b= c.d.0=1 c.d.1=true c.e= extra=hidden\n"
        "x, 1, true | a=x b= c.d.0=1 c.d.1=true c.e= extra=hidden\n");
  CHECK(legs("include:\n  - {target: a, os: x}\n  - {target: b, os: ''}\n") ==
        "a, x | target=a os=x\n"
        "b | target=b os=\n");
}

TEST_CASE("Edge case 10: a display name beyond 100 characters is cut to 97 and dots") {
  CHECK(display_name("job", {"a", "b"}) == "job (a, b)");
  CHECK(display_name("job", {}) == "job");
  CHECK(display_name(std::string(100, 'x'), {}) == std::string(100, 'x'));
  CHECK(display_name(std::string(96, 'x'), {"a"}) == std::string(96, 'x') + " (a)");
  CHECK(display_name(std::string(97, 'x'), {"a"}) == std::string(97, 'x') + "...");
}

TEST_CASE("Characters beyond U+FFFF count twice in a display name, as in UTF-16") {
  const std::string crab = "\xF0\x9F\xA6\x80";
  const std::string e = "\xC3\xA9";
  std::string name;
  for (int i = 0; i < 50; ++i) name += crab;
  CHECK(display_name(name, {}) == name);
  CHECK(display_name(name, {e}) == name.substr(0, 48 * 4) + "\xEF\xBF\xBD...");
  std::string accents;
  for (int i = 0; i < 101; ++i) accents += e;
  CHECK(display_name(accents, {}) == accents.substr(0, 97 * 2) + "...");
}

TEST_CASE("Edge case 11: exclude runs before include, and includes make legs even where everything is excluded") {
  CHECK(legs("v: [1]\nexclude: [{v: 1}]\ninclude: [{w: 2}]\n") == "2 | w=2\n");
  CHECK(legs("v: [1, 2]\nexclude: [{v: 1}]\ninclude: [{v: 1, w: 3}, {v: 2, w: 4}]\n") ==
        "2 | v=2 w=4\n1, 3 | v=1 w=3\n");
}

TEST_CASE("A matrix that excludes all it has counts as one job, with a warning") {
  CHECK(legs("v: [1]\nexclude: [{v: 1}]\n") ==
        " |\nm.yml:2:1: exclude leaves no leg of the matrix of job \"t\"; it counts as one job without values\n");
}

TEST_CASE("Keys spelled otherwise than include and exclude are vectors") {
  CHECK(legs("Include: [1]\nEXCLUDE: [2]\n") == "1, 2 | Include=1 EXCLUDE=2\n");
}

TEST_CASE("Configuration ids hold letters, digits and underscores, 25 at most, and are unique ignoring case") {
  const auto ids = [](const std::string& text) {
    Diagnostics diagnostics;
    const auto file = std::make_shared<const SourceFile>("m.yml", text);
    const auto node = yaml::parse(file, diagnostics);
    return join(configuration_ids(expand_matrix(value_of(*node), {}, {}, diagnostics)), " ");
  };
  CHECK(ids("os: [ubuntu-latest, Windows]\nv: [1.10]\n") == "ubuntu-latest_1_1 Windows_1_1");
  CHECK(ids("v: [3, -a, .b, a/b, A_B]\n") == "_3 _-a _b a_b A_B_2");
  CHECK(ids("v: [abcdefghijklmnopqrstuvwxyz, abcdefghijklmnopqrstuvwxyZ]\n") ==
        "abcdefghijklmnopqrstuvwxy abcdefghijklmnopqrstuvw_2");
  CHECK(ids("v: ['']\n") == "job");
  CHECK(ids("v: [\"\xC3\xA9\xF0\x9F\xA6\x80\"]\n") == "___");
}

TEST_CASE("What can't be a matrix is reported at its key") {
  CHECK(legs("v: []\n") == "m.yml:1:1: matrix vector \"v\" of job \"t\" does not contain any values\n");
  CHECK(legs("v: 3\n") == "m.yml:1:1: matrix vector \"v\" of job \"t\" must be a sequence, but is number\n");
  CHECK(legs("include: []\n") == "m.yml:1:1: the matrix of job \"t\" must define at least one vector\n");
  CHECK(legs("v: [1]\ninclude: 2\n") ==
        "m.yml:2:1: \"include\" of the matrix of job \"t\" must be a sequence, but is number\n");
  CHECK(legs("v: [1]\ninclude: [{w: 1}, x]\n") ==
        "m.yml:2:1: each item of \"include\" of the matrix of job \"t\" must be a mapping, but one is string\n");
  CHECK(legs("v: [1]\nexclude: [{w: 1}]\n") ==
        "m.yml:2:1: exclude key \"w\" does not match any key of the matrix of job \"t\"; expected v\n");
  CHECK(legs("include: [{a: 1}]\nexclude: [{a: 1}]\n") ==
        "m.yml:2:1: exclude key \"a\" does not match any key of the matrix of job \"t\"\n");
  CHECK(legs("v: [1]\nexclude: [{}]\n") == "m.yml:2:1: an exclude item of the matrix of job \"t\" is empty\n");
}

/// "key: [0, 1, …]".
std::string vector_of(const std::string& key, int count) {
  std::string list = key + ": [0";
  for (int i = 1; i < count; ++i) list += fmt::format(", {}", i);
  return list + "]\n";
}

TEST_CASE("256 legs are the most, unless the limit is lifted") {
  CHECK(std::ranges::count(legs(vector_of("a", 16) + vector_of("b", 16)), '\n') == 256);
  const std::string many = vector_of("a", 17) + vector_of("b", 17);
  CHECK(legs(many) == "m.yml:1:1: the matrix of job \"t\" has 289 legs, more than the 256 that are allowed\n");
  CHECK(legs(vector_of("a", 256) + "include: [{a: x}]\n") ==
        "m.yml:1:1: the matrix of job \"t\" has 257 legs, more than the 256 that are allowed\n");
  Limits limits;
  limits.legs = 289;
  CHECK(std::ranges::count(legs(many, limits), '\n') == 289);
}

TEST_CASE("Legs are counted after exclude") {
  CHECK(std::ranges::count(legs(vector_of("a", 16) + vector_of("b", 17) + "exclude: [{b: 16}]\n"), '\n') == 256);
  CHECK(legs(vector_of("a", 17) + vector_of("b", 17) + "exclude: [{a: 1, b: 16}]\n") ==
        "m.yml:1:1: the matrix of job \"t\" has at least 257 legs, more than the 256 that are allowed\n");
}

TEST_CASE("A cross product of any size is an error at once") {
  const std::string million = vector_of("a", 1000) + vector_of("b", 1000);
  CHECK(legs(million + vector_of("c", 1000)) ==
        "m.yml:1:1: the matrix of job \"t\" has 1000000000 legs, more than the 256 that are allowed\n");
  CHECK(legs(million + vector_of("c", 1000) + "exclude: [{a: 1}]\n") ==
        "m.yml:1:1: the matrix of job \"t\" has 1000000000 combinations before its exclude, expected at most 65536\n");
  std::string beyond;
  for (int i = 0; i < 8; ++i) beyond += vector_of(std::string(1, static_cast<char>('a' + i)), 1000);
  CHECK(legs(beyond) ==
        "m.yml:1:1: the matrix of job \"t\" has at least 18446744073709551615 legs, more than the 256 that "
        "are allowed\n");
}

TEST_CASE("Filters that ask for too many comparisons, and legs with too many values, are errors") {
  Limits few;
  few.comparisons = 5;
  CHECK(legs("a: [1, 2, 3]\nexclude: [{a: 4}]\n", few) ==
        "m.yml:1:1: include and exclude of the matrix of job \"t\" ask for more than 5 comparisons\n");
  CHECK(legs("a: [1, 2, 3]\ninclude: [{b: 4}]\n", few) ==
        "m.yml:1:1: include and exclude of the matrix of job \"t\" ask for more than 5 comparisons\n");
  few = {};
  few.leaves = 5;
  CHECK(legs("a: [1, 2, 3]\nb: [1]\n", few) ==
        "m.yml:1:1: the legs of the matrix of job \"t\" hold more than 5 values\n");
}

}  // namespace
}  // namespace dagsim::workflow
