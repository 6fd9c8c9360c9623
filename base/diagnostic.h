// What is wrong with a user's input: one Diagnostic per finding, collected in a list while parsing goes on.
#pragma once

#include <string>
#include <vector>

#include "base/source.h"

namespace dagsim {

enum class Severity { Note, Warning, Error };

/// A further remark on a diagnostic: the other half of a contradiction, a suggestion. `where` may be nowhere.
struct DiagnosticNote {
  std::string message;
  SourceRange where;
};

/// One finding. Messages are lower case without a final period, quote the user's text, and say what was found and what
/// was expected. `rule` is a kebab-case name that users can search for.
struct Diagnostic {
  Severity severity = Severity::Error;
  std::string rule;
  std::string message;
  SourceRange where;
  std::vector<DiagnosticNote> notes;
};

/// The findings of one piece of work, in the order in which they were made.
class Diagnostics {
 public:
  Diagnostic& error(std::string rule, std::string message, SourceRange where = {});
  Diagnostic& warning(std::string rule, std::string message, SourceRange where = {});
  Diagnostic& note(std::string rule, std::string message, SourceRange where = {});
  void add(Diagnostic diagnostic);
  void append(const Diagnostics& other);

  bool has_errors() const;
  bool empty() const { return list_.empty(); }
  const std::vector<Diagnostic>& list() const { return list_; }

 private:
  std::vector<Diagnostic> list_;
};

/// The findings in the order of the text, files in the order in which they are first spoken of.
Diagnostics in_order_of_text(const Diagnostics& diagnostics);

/// The diagnostic as a terminal shows it: "path:line:column: error: message [rule]", the line with a caret under the
/// range (tabs kept, long lines cut around the range), then the notes. Ends with a line break. `color` adds ANSI
/// colours.
std::string render(const Diagnostic& diagnostic, bool color = false);
std::string render(const Diagnostics& diagnostics, bool color = false);

}  // namespace dagsim
