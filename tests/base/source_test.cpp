#include "base/source.h"

#include "base/diagnostic.h"
#include "tests/catch.h"

namespace dagsim {
namespace {

TEST_CASE("Offsets turn into 1-based lines and byte columns, and back") {
  const SourceFile file("a.yml", "one\r\n\ntwo é3\nlast");
  CHECK(file.line_count() == 4);
  CHECK(file.line(1) == "one");
  CHECK(file.line(2).empty());
  CHECK(file.line(3) == "two é3");
  CHECK(file.line(4) == "last");
  CHECK(file.line(0).empty());
  CHECK(file.line(5).empty());
  CHECK(file.position(0) == Position{1, 1});
  CHECK(file.position(6) == Position{3, 1});
  CHECK(file.position(12) == Position{3, 7});
  for (uint32_t offset : {0U, 2U, 5U, 6U, 9U, 13U, 15U, 18U}) CHECK(file.offset(file.position(offset)) == offset);
}

TEST_CASE("Places beyond the file are clamped into it") {
  const SourceFile file("a.yml", "ab\ncd\n");
  CHECK(file.line_count() == 3);
  CHECK(file.position(99) == Position{3, 1});
  CHECK(file.offset({9, 9}) == 6);
  CHECK(file.offset({1, 9}) == 2);
  CHECK(file.offset({0, 0}) == 0);
  CHECK(file.text({4, 99}) == "d\n");
  CHECK(file.text({5, 2}).empty());
  CHECK(SourceFile("empty", "").line_count() == 1);
  CHECK(SourceFile("empty", "").position(3) == Position{1, 1});
}

TEST_CASE("A place prints with the path as the user wrote it, and nowhere prints as nothing") {
  const auto file = std::make_shared<SourceFile>("./x/../ci.yml", "a\nbc\n");
  CHECK(to_string({file, {3, 4}}) == "./x/../ci.yml:2:2");
  CHECK(to_string(SourceRange{}).empty());
}

}  // namespace
TEST_CASE("A part of a file knows where in the file it stands") {
  const SourceFile part("f", "rest\nnext\nlast", {.line = 7, .column = 5});
  CHECK(part.position(0) == Position{7, 5});
  CHECK(part.position(3) == Position{7, 8});
  CHECK(part.position(6) == Position{8, 2});
  CHECK(part.line(6).empty());
  CHECK(part.line(7) == "rest");
  CHECK(part.line(9) == "last");
  CHECK(part.line_count() == 9);
  for (uint32_t offset = 0; offset < part.text().size(); ++offset) CHECK(part.offset(part.position(offset)) == offset);
  CHECK(part.offset({1, 1}) == 0);
  const auto file = std::make_shared<const SourceFile>("f", "{bad", Position{7, 5});
  Diagnostics diagnostics;
  diagnostics.error("rule", "wrong", {file, {1, 4}});
  CHECK(render(diagnostics) == "f:7:6: error: wrong [rule]\n 7 | {bad\n   |  ^~~\n");
}

}  // namespace dagsim
