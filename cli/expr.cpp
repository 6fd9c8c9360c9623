// dagsim expr: one expression for a person, or many for a tool.
#include <algorithm>
#include <array>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/usage.h"
#include "expression/expression.h"
#include "expression/json.h"
#include "workflow/references.h"

namespace dagsim::cli {

namespace {

using expression::ExpressionError;
using expression::Kind;
using expression::Value;

constexpr const char* kDescription =
    "Evaluate an expression as GitHub does, and show its value and kind.\n\n"
    "EXPRESSION is what stands between ${{ and }}, or a text with such brackets in it. Contexts are JSON objects whose "
    "keys are the names of contexts; a name that none of them gives is an error, an unknown property is null. An error "
    "is shown at its place and makes the exit status 2.\n\n"
    "With --batch each line of the standard input is a JSON object with \"expr\" and, if there are any, \"contexts\", "
    "and is answered by one line: {\"kind\", \"value\", \"str\"} or {\"err\": {\"kind\", \"value\"}}. Kinds of values "
    "are "
    "Null, Boolean, Number, String, Array and Object; \"str\" is the value as text; NaN and infinities, which JSON "
    "lacks, "
    "are the strings \"NaN\", \"Infinity\" and \"-Infinity\". Kinds of errors are lexing, parsing (names that the "
    "contexts don't give are such) and evaluation, and input for a line that can't be read: the others are answered "
    "all the same, and the exit status is 2. Status functions and hashFiles are unknown in a batch.";
constexpr const char* kExamples =
    "Examples:\n"
    "  dagsim expr \"format('{0}-{1}', 'a', 1e15)\"\n"
    "      String: \"a-1E+15\"\n"
    "  dagsim expr \"github.ref == 'refs/heads/main' && 'deploy'\" \\\n"
    "      --context '{\"github\": {\"ref\": \"refs/heads/main\"}}'\n"
    "      String: \"deploy\"\n"
    "  dagsim expr '${{ always() && !failure() }}' --status cancelled\n"
    "      Boolean: true\n"
    "  dagsim expr 'toJSON(needs.*.result)' --context needs.json\n"
    "      contexts from a file\n"
    "  dagsim expr \"'true' == true\"\n"
    "      Boolean: false; both become numbers, and 'true' is none\n"
    "  echo '{\"expr\": \"1 < 2\"}' | dagsim expr --batch\n"
    "      {\"kind\": \"Boolean\", \"value\": true, \"str\": \"true\"}";

constexpr std::array<std::string_view, 6> kKinds = {"Null", "Boolean", "Number", "String", "Array", "Object"};
constexpr std::array<std::string_view, 3> kErrorKinds = {"lexing", "parsing", "evaluation"};

std::string_view kind_name(const Value& value) {
  return kKinds[static_cast<size_t>(value.kind())];
}

std::string value_line(const Value& value) {
  return fmt::format("{{\"kind\": \"{}\", \"value\": {}, \"str\": {}}}\n", kind_name(value), to_compact_json(value),
                     expression::quoted_json(to_string(value)));
}

std::string error_line(std::string_view kind, std::string_view message) {
  return fmt::format("{{\"err\": {{\"kind\": \"{}\", \"value\": {}}}}}\n", kind, expression::quoted_json(message));
}

std::string error_line(const ExpressionError& error) {
  return error_line(kErrorKinds[static_cast<size_t>(error.kind)], error.what());
}

/// What the expression may name, all of it from the scope.
expression::Names names_of(const expression::Scope& scope) {
  constexpr size_t kAny = SIZE_MAX;
  expression::Names names;
  for (const auto& [name, value] : scope.contexts.entries()) names.contexts.push_back(name);
  for (const auto& [name, function] : scope.functions) names.functions.push_back({name, 0, kAny});
  return names;
}

/// \throws ExpressionError
Value evaluate(const std::string& text, const expression::Scope& scope) {
  const expression::Names names = names_of(scope);
  if (expression::is_template(text)) {
    check_names_of_template(text, names);
    return evaluate_template(text, scope);
  }
  const auto parsed = expression::Expression::parse(text);
  check_names(parsed, names);
  return evaluate(parsed, scope);
}

/// A line of a batch that asks nothing that could be answered.
struct BadLine : std::runtime_error {
  using std::runtime_error::runtime_error;
};

Value read_line(const std::string& line) {
  try {
    const Value question = expression::from_standard_json(line);
    if (question.kind() == Kind::Object) return question;
  } catch (const ExpressionError& error) {
    throw BadLine(error.what());
  }
  throw BadLine("expected an object with \"expr\" and \"contexts\"");
}

std::string answer(const std::string& line) {
  const Value question = read_line(line);
  const Value* text = question.object().find("expr");
  if (text == nullptr || text->kind() != Kind::String) throw BadLine("expected \"expr\" with a string");
  const Value* contexts = question.object().find("contexts");
  expression::Scope scope;
  if (contexts != nullptr && contexts->kind() == Kind::Object) {
    scope.contexts = contexts->object();
  } else if (contexts != nullptr && !contexts->is_null()) {
    throw BadLine("expected \"contexts\" with an object");
  }
  try {
    const auto parsed = expression::Expression::parse(text->string());
    check_names(parsed, names_of(scope));
    return value_line(evaluate(parsed, scope));
  } catch (const ExpressionError& error) {
    return error_line(error);
  }
}

int run_batch(const Context& context) {
  int status = kFine;
  size_t number = 0;
  for (std::string line; std::getline(context.in, line);) {
    ++number;
    try {
      context.out << answer(line);
    } catch (const BadLine& error) {
      status = kWrongInput;
      context.out << error_line("input", fmt::format("line {} of the input: {}", number, error.what()));
    }
    // Whoever waits for the answer before asking on must get it; whoever sends many lines at once need not.
    if (context.in.rdbuf()->in_avail() <= 0) context.out.flush();
  }
  context.out.flush();
  if (!context.out) throw Error("cannot write to the standard output");
  return status;
}

/// success() and its like for a job whose needs or steps so far ended like this.
std::map<std::string, expression::Function> status_functions(std::string_view status) {
  const auto constant = [](bool answer) { return [answer](std::span<const Value>) { return Value(answer); }; };
  return {{"always", constant(true)},
          {"success", constant(status == "success")},
          {"failure", constant(status == "failure")},
          {"cancelled", constant(status == "cancelled")},
          {"hashfiles", [](std::span<const Value>) -> Value {
             throw ExpressionError(expression::ErrorKind::Evaluation,
                                   "hashFiles can't be evaluated, because the files are not known", 0);
           }}};
}

/// What else may help against the error, "" for nothing.
std::string advice(const ExpressionError& error, const expression::Scope& scope) {
  if (error.unknown.empty()) return "";
  std::vector<std::string> known;
  for (const auto& [name, value] : scope.contexts.entries()) known.push_back(name);
  const bool contexts = !known.empty();
  for (const char* name : {"always", "cancelled", "case", "contains", "endsWith", "failure", "format", "fromJSON",
                           "hashFiles", "join", "startsWith", "success", "toJSON"}) {
    known.emplace_back(name);
  }
  const std::vector<std::string> near = nearest(error.unknown, known);
  if (!near.empty()) return fmt::format("did you mean \"{}\"?", near.front());
  std::ranges::sort(known);
  if (contexts) return "expected " + any_of(known);
  return fmt::format("if it is a context, give its value: --context '{{\"{}\": {{…}}}}'", error.unknown);
}

Diagnostics diagnosed(const std::string& text, const ExpressionError& error, const expression::Scope& scope) {
  Diagnostics diagnostics;
  const auto file = std::make_shared<const SourceFile>("<expression>", text);
  const size_t end = workflow::word_end(text, error.offset);
  const Range range{static_cast<uint32_t>(error.offset), static_cast<uint32_t>(end)};
  Diagnostic& found =
      diagnostics.error(std::string(kErrorKinds[static_cast<size_t>(error.kind)]), error.what(), {file, range});
  if (const std::string more = advice(error, scope); !more.empty()) found.notes.push_back({more, {}});
  return diagnostics;
}

class Expr final : public Command {
 public:
  explicit Expr(CLI::App& parent) {
    app = parent.add_subcommand("expr", kDescription);
    app->footer(kExamples);
    app->add_option("expression", text_, "The expression; quote it for the shell")->type_name("EXPRESSION");
    app->add_option("--context", contexts_,
                    "Contexts by name: a JSON object, or a file that holds one; may be repeated")
        ->type_name("JSON|FILE")
        ->allow_extra_args(false);
    app->add_option(
           "--status", status_,
           "What success(), failure() and cancelled() look at: success, failure, cancelled or skipped (success)")
        ->type_name("");
    app->add_option("--format", format_, "text or json: the line that --batch would print (text)")->type_name("");
    app->add_option("--color", color_, "auto, always or never (auto, which honours NO_COLOR)")->type_name("");
    app->add_flag("--batch", batch_, "Answer JSON lines of the standard input");
  }

  int run(const Context& context) override {
    static const std::array<std::string, 4> kStatuses = {"success", "failure", "cancelled", "skipped"};
    static const std::array<std::string, 2> kFormats = {"text", "json"};
    static const std::array<std::string, 3> kColors = {"auto", "always", "never"};
    parse_choice("--status", status_, kStatuses);
    const bool json = parse_choice("--format", format_, kFormats) == 1;
    const size_t color = parse_choice("--color", color_, kColors);
    const bool given = app->get_option("expression")->count() > 0;
    if (batch_ && (given || !contexts_.empty())) {
      throw UsageError("--batch takes expressions and contexts from the standard input, not from the command line");
    }
    if (batch_) return run_batch(context);
    if (!given) throw UsageError("expr needs an expression, or --batch to read them from the standard input");
    const bool colored = color == 1 || (color == 0 && context.terminal.err_is_terminal && !context.terminal.no_color);
    return run_once(context, json, colored);
  }

 private:
  int run_once(const Context& context, bool json, bool colored) const {
    expression::Scope scope{{}, status_functions(status_)};
    for (const std::string& typed : contexts_) add_contexts(context, typed, scope.contexts);
    try {
      const Value value = evaluate(text_, scope);
      const std::string shown = fmt::format("{}: {}\n", kind_name(value), to_json(value));
      deliver(context, "", json ? value_line(value) : shown);
      return kFine;
    } catch (const ExpressionError& error) {
      if (json) {
        deliver(context, "", error_line(error));
      } else {
        context.err << render(diagnosed(text_, error, scope), colored) << std::flush;
      }
      return kWrongInput;
    }
  }

  static void add_contexts(const Context& context, const std::string& typed, expression::Object& into) {
    const bool inline_json = trim(std::string_view(typed)).starts_with('{');
    const std::string where = inline_json ? "--context" : fmt::format("--context \"{}\"", typed);
    try {
      const Value read = expression::from_standard_json(inline_json ? typed : context.files.read(typed));
      if (read.kind() != Kind::Object) throw UsageError(where + " is no JSON object with contexts by name");
      for (const auto& [name, value] : read.object().entries()) into.set(name, value);
    } catch (const ExpressionError& error) {
      throw UsageError(fmt::format("{} is no JSON: {}", where, error.what()));
    }
  }

  std::string text_;
  std::vector<std::string> contexts_;
  std::string status_ = "success";
  std::string format_ = "text";
  std::string color_ = "auto";
  bool batch_ = false;
};

}  // namespace

std::unique_ptr<Command> make_expr(CLI::App& parent) {
  return std::make_unique<Expr>(parent);
}

}  // namespace dagsim::cli
