#include "tests/base/yaml_testing.h"

#include <fmt/format.h>

namespace dagsim::yaml {

namespace {

std::string shape_of(const Node& node) {
  std::string text;
  switch (node.kind) {
    case Kind::Null:
      return "null";
    case Kind::Boolean:
      return node.boolean ? "true" : "false";
    case Kind::Number:
      return fmt::format("{}", node.number);
    case Kind::String:
      return "'" + node.text + "'";
    case Kind::Sequence:
      for (const Node& item : node.items) text += (text.empty() ? "" : ", ") + shape_of(item);
      return "[" + text + "]";
    case Kind::Mapping:
      break;
  }
  for (const Entry& entry : node.entries) text += (text.empty() ? "" : ", ") + entry.key + ": " + shape_of(entry.value);
  return "{" + text + "}";
}

void add_place(const SourceFile& file, Range range, std::string& text) {
  const Position position = file.position(range.begin);
  text += fmt::format("{}:{} [{}]\n", position.line, position.column, file.text(range));
}

void add_places(const SourceFile& file, const Node& node, std::string& text) {
  add_place(file, node.range, text);
  for (const Node& item : node.items) add_places(file, item, text);
  for (const Entry& entry : node.entries) {
    add_place(file, entry.key_range, text);
    add_places(file, entry.value, text);
  }
}

}  // namespace

Parsed parsed(std::string text, const Limits& limits) {
  Parsed result;
  result.file = std::make_shared<SourceFile>("ci.yml", std::move(text));
  result.root = parse(result.file, result.diagnostics, limits);
  return result;
}

std::string shape(const Parsed& result) {
  return result.root ? shape_of(*result.root) : render(result.diagnostics);
}

std::string shape(const std::string& text) {
  return shape(parsed(text));
}

std::string complaints(const std::string& text, const Limits& limits) {
  return render(parsed(text, limits).diagnostics);
}

std::string places(const std::string& text) {
  const Parsed result = parsed(text);
  if (!result.root) return render(result.diagnostics);
  std::string listed;
  add_places(*result.file, *result.root, listed);
  return listed;
}

}  // namespace dagsim::yaml
