// dagsim match: what filter patterns make of branches, tags and paths.
#include <algorithm>
#include <array>
#include <istream>
#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/usage.h"
#include "expression/expression.h"
#include "report/json_writer.h"
#include "report/layout.h"
#include "workflow/filter.h"

namespace dagsim::cli {

namespace {

using expression::Kind;
using expression::Value;
using workflow::Filter;
using workflow::FilterPattern;

constexpr const char* kDescription =
    "Tell whether filter patterns keep a workflow from running, and which pattern decides.\n\n"
    "--mode skip reads the patterns as branches, tags or paths: the workflow is skipped when no name is included. The "
    "last pattern that matches a name decides on it; one with ! in front excludes it.\n"
    "--mode filter reads them as branches-ignore, tags-ignore or paths-ignore: the workflow is skipped when every name "
    "is ignored. A name is ignored when any pattern matches it, or when a pattern with ! in front does not.\n"
    "Without patterns nothing is skipped.\n\n"
    "With --pattern, names follow on the command line and each is explained. Without, JSON lines come from the "
    "standard "
    "input and each is answered by one line: true (skipped), false, or null for a line that is wrong, which is "
    "explained "
    "on the error stream and makes the exit status 2. Empty lines get no answer.";
constexpr const char* kExamples =
    "With names: dagsim match --mode MODE --pattern PATTERN ... NAME ...\n"
    "\n"
    "Patterns cover the whole name and mind its case:\n"
    "  *     any characters but /       **    any characters\n"
    "  **/   any folders, or none       [a-z] one character of a class\n"
    "  x?    x or nothing               x+    x once or more often\n"
    "  \\x    x itself, such as \\!       !     in front: exclude\n"
    "\n"
    "Examples:\n"
    "  dagsim match --mode skip --pattern 'docs/**' --pattern '!docs/*.md' docs/a.md src/b.c\n"
    "      which files make a workflow with these paths run\n"
    "  echo '{\"patterns\": [\"v[0-9]+\"], \"inputs\": [\"v12\"]}' | dagsim match --mode skip\n"
    "      the same for a tool; prints false\n"
    "  git diff --name-only main...HEAD | xargs -d '\\n' dagsim match --mode filter --pattern '**.md'\n"
    "      whether a pull request that edits these files is ignored";

enum class Mode { Skip, Filter };

bool is_skipped(Mode mode, const Filter& filter, const std::vector<std::string>& names) {
  return mode == Mode::Skip ? filter.includes_none(names) : filter.ignores_all(names);
}

/// A line of the batch that can't be answered.
struct BadLine : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A list of strings, a string alone, or null for none.
std::vector<std::string> string_list(const expression::Object& line, const std::string& name) {
  const Value* value = line.find(name);
  if (value == nullptr)
    throw BadLine(fmt::format("no \"{}\", expected an object with \"patterns\" and \"inputs\"", name));
  if (value->is_null()) return {};
  if (value->kind() == Kind::String) return {value->string()};
  if (value->kind() != Kind::Array) throw BadLine(fmt::format("\"{}\" is no list, expected a list of strings", name));
  std::vector<std::string> list;
  for (const Value& item : value->array()) {
    if (item.kind() != Kind::String) {
      throw BadLine(fmt::format("item {} of \"{}\" is no string, expected a list of strings", list.size() + 1, name));
    }
    list.push_back(item.string());
  }
  return list;
}

bool answer(Mode mode, const std::string& text) {
  const Value line = expression::from_json(text);
  if (line.kind() != Kind::Object) throw BadLine("no object, expected one with \"patterns\" and \"inputs\"");
  const Filter filter(string_list(line.object(), "patterns"));
  const std::vector<std::string> names = string_list(line.object(), "inputs");
  for (const FilterPattern& pattern : filter.patterns()) {
    if (pattern.faults().empty()) continue;
    const workflow::TextFault& fault = pattern.faults().front();
    throw BadLine(fmt::format("pattern \"{}\", byte {}: {}", pattern.text(), fault.begin + 1, fault.message));
  }
  return is_skipped(mode, filter, names);
}

/// What became of one name, for people and for tools.
struct Fate {
  std::string name;
  std::string outcome;  ///< included, excluded, unmatched; ignored, kept
  const FilterPattern* pattern = nullptr;
};

Fate fate_of(Mode mode, const Filter& filter, const std::string& name) {
  if (mode == Mode::Filter) {
    const FilterPattern* pattern = filter.ignoring(name);
    return {name, pattern == nullptr ? "kept" : "ignored", pattern};
  }
  const FilterPattern* pattern = filter.deciding(name);
  return {name, pattern == nullptr ? "unmatched" : pattern->negative() ? "excluded" : "included", pattern};
}

std::string explained(const Fate& fate) {
  if (fate.outcome == "unmatched") return "matched by no pattern";
  if (fate.pattern == nullptr) return "not ignored";
  const bool unlike = fate.outcome == "ignored" && fate.pattern->negative();
  return fmt::format("{} by \"{}\"{}", fate.outcome, fate.pattern->text(),
                     unlike ? ", whose rest it does not match" : "");
}

std::string fates_text(Mode mode, const std::vector<Fate>& fates, bool skipped) {
  size_t width = 0;
  for (const Fate& fate : fates) width = std::max(width, report::display_width(fate.name));
  std::string text;
  for (const Fate& fate : fates) {
    text += fate.name + std::string(width - report::display_width(fate.name) + 2, ' ') + explained(fate) + "\n";
  }
  const std::string wanted = mode == Mode::Skip ? "included" : "kept";
  const auto count = std::ranges::count_if(fates, [&](const Fate& fate) { return fate.outcome == wanted; });
  return text + fmt::format("{}: {} of {} {}\n", skipped ? "skipped" : "runs", count, fates.size(),
                            mode == Mode::Skip ? "included" : "not ignored");
}

std::string fates_json(Mode mode, const std::vector<Fate>& fates, bool skipped) {
  report::JsonWriter json;
  json.begin_object().key("schema").string("dagsim.match/1");
  json.key("mode").string(mode == Mode::Skip ? "skip" : "filter").key("skipped").boolean(skipped);
  json.key("inputs").begin_array();
  for (const Fate& fate : fates) {
    json.begin_object().key("input").string(fate.name).key("outcome").string(fate.outcome).key("pattern");
    if (fate.pattern != nullptr) {
      json.string(fate.pattern->text());
    } else {
      json.null();
    }
    json.end_object();
  }
  json.end_array().end_object();
  return json.take() + "\n";
}

Diagnostics faults_of(const Filter& filter) {
  Diagnostics diagnostics;
  for (const FilterPattern& pattern : filter.patterns()) {
    const auto file = std::make_shared<const SourceFile>("--pattern", pattern.text());
    for (const workflow::TextFault& fault : pattern.faults()) {
      const Range range{static_cast<uint32_t>(fault.begin), static_cast<uint32_t>(fault.end)};
      diagnostics.error("bad-filter", fault.message, {file, range});
    }
  }
  return diagnostics;
}

class Match final : public Command {
 public:
  explicit Match(CLI::App& parent) {
    app = parent.add_subcommand("match", kDescription);
    app->footer(kExamples);
    app->add_option("--mode", mode_, "skip (branches, tags, paths) or filter (their -ignore twins)")->type_name("MODE");
    app->add_option("--pattern", patterns_, "A filter pattern; may be repeated, in the order of the file")
        ->type_name("PATTERN")
        ->allow_extra_args(false);
    app->add_option("--format", format_, "text or json, with --pattern (text)")->type_name("");
  }

  bool takes_the_rest() const override { return true; }

  int run(const Context& context) override {
    static const std::array<std::string, 2> kModes = {"skip", "filter"};
    static const std::array<std::string, 2> kFormats = {"text", "json"};
    if (mode_.empty())
      throw UsageError("match needs --mode: skip (branches, tags, paths) or filter (their -ignore twins)");
    const Mode mode = parse_choice("--mode", mode_, kModes) == 0 ? Mode::Skip : Mode::Filter;
    const bool as_json = parse_choice("--format", format_, kFormats) == 1;
    const std::vector<std::string> names = app->remaining();
    if (patterns_.empty() && names.empty()) return run_batch(context, mode);
    if (patterns_.empty()) throw UsageError("match needs --pattern for the names on the command line");
    if (names.empty()) throw UsageError("match needs names for the patterns on the command line");
    return run_once(context, mode, names, as_json);
  }

 private:
  static int run_batch(const Context& context, Mode mode) {
    int status = kFine;
    size_t number = 0;
    for (std::string line; std::getline(context.in, line);) {
      ++number;
      if (trim(line).empty()) continue;
      try {
        context.out << (answer(mode, line) ? "true\n" : "false\n");
      } catch (const std::runtime_error& error) {
        status = kWrongInput;
        context.out << "null\n";
        context.err << fmt::format("<stdin>:{}: error: {} [bad-line]\n", number, error.what());
      }
      // A partner that waits for each answer gets it; one that sends thousands doesn't pay for it.
      if (context.in.rdbuf()->in_avail() <= 0) context.out << std::flush;
    }
    context.err << std::flush;
    deliver(context, "", "");
    return status;
  }

  int run_once(const Context& context, Mode mode, const std::vector<std::string>& names, bool as_json) const {
    const Filter filter(patterns_);
    const Diagnostics diagnostics = faults_of(filter);
    if (diagnostics.has_errors()) {
      context.err << render(diagnostics, context.terminal.err_is_terminal && !context.terminal.no_color) << std::flush;
      return kWrongInput;
    }
    std::vector<Fate> fates;
    for (const std::string& name : names) fates.push_back(fate_of(mode, filter, name));
    const bool skipped = is_skipped(mode, filter, names);
    deliver(context, "", as_json ? fates_json(mode, fates, skipped) : fates_text(mode, fates, skipped));
    return kFine;
  }

  std::string mode_;
  std::string format_ = "text";
  std::vector<std::string> patterns_;
};

}  // namespace

std::unique_ptr<Command> make_match(CLI::App& parent) {
  return std::make_unique<Match>(parent);
}

}  // namespace dagsim::cli
