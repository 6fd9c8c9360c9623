// Writing JSON. The walk keeps its own stack, because values of contexts may nest deeper than JSON text is allowed to.
#include "expression/json.h"

#include <cmath>
#include <limits>

#include "expression/number.h"

namespace dagsim::expression {

namespace {

void append_escape(std::string& out, unsigned unit) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\u";
  for (const unsigned shift : {12U, 8U, 4U, 0U}) out += kHex[unit >> shift & 0xFU];
}

/// The unit to escape of the three non-ASCII characters that are escaped (U+0085, U+2028, U+2029), 0 for all others.
unsigned escaped_at(std::string_view text) {
  if (text.starts_with("\xC2\x85")) return 0x85;
  if (text.starts_with("\xE2\x80\xA8")) return 0x2028;
  return text.starts_with("\xE2\x80\xA9") ? 0x2029 : 0;
}

void append_quoted(std::string& out, std::string_view text) {
  constexpr std::string_view kShort = "\b\t\n\f\r\"\\";
  constexpr std::string_view kLetters = "btnfr\"\\";
  out += '"';
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (const size_t at = kShort.find(c); at != std::string_view::npos) {
      out += '\\';
      out += kLetters[at];
    } else if (static_cast<unsigned char>(c) < 0x20) {
      append_escape(out, static_cast<unsigned char>(c));
    } else if (const unsigned unit = escaped_at(text.substr(i, 3)); unit != 0) {
      append_escape(out, unit);
      i += unit == 0x85 ? 1 : 2;
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string exact_json(double number) {
  return std::isfinite(number) ? exact_number_text(number) : '"' + number_text(number) + '"';
}

/// How the text looks: as toJSON's, or on one line with exact numbers.
enum class Layout { Indented, Compact };

class Writer {
 public:
  Writer(Layout layout, size_t most) : compact_(layout == Layout::Compact), most_(most) {}

  std::string write(const Value& value) {
    begin(value);
    while (!open_.empty()) step();
    return std::move(out_);
  }

 private:
  struct Open {
    const Value* collection;
    size_t next;
  };

  static size_t size(const Value& collection) {
    return collection.kind() == Kind::Array ? collection.array().size() : collection.object().entries().size();
  }

  void line() {
    if (compact_) return;
    out_ += '\n';
    out_.append(2 * open_.size(), ' ');
    if (out_.size() > most_) throw ExpressionError(ErrorKind::Evaluation, "the JSON text is longer than 10 MiB", 0);
  }

  void begin(const Value& value) {
    switch (value.kind()) {
      case Kind::Null:
        out_ += "null";
        break;
      case Kind::Boolean:
        out_ += value.boolean() ? "true" : "false";
        break;
      case Kind::Number:
        out_ += compact_ ? exact_json(value.number()) : number_text(value.number());
        break;
      case Kind::String:
        append_quoted(out_, value.string());
        break;
      case Kind::Array:
      case Kind::Object:
        begin_collection(value);
        break;
    }
  }

  void begin_collection(const Value& value) {
    const bool is_array = value.kind() == Kind::Array;
    if (size(value) == 0) {
      out_ += is_array ? "[]" : "{}";
      return;
    }
    out_ += is_array ? '[' : '{';
    open_.push_back({&value, 0});
  }

  /// The next member of the innermost collection, or its end.
  void step() {
    Open& innermost = open_.back();
    const Value& collection = *innermost.collection;
    const bool is_array = collection.kind() == Kind::Array;
    const size_t index = innermost.next++;
    if (index == size(collection)) {
      open_.pop_back();
      line();
      out_ += is_array ? ']' : '}';
      return;
    }
    if (index > 0) out_ += compact_ ? ", " : ",";
    line();
    if (is_array) {
      begin(collection.array()[index]);
      return;
    }
    const auto& [key, value] = collection.object().entries()[index];
    append_quoted(out_, key);
    out_ += ": ";
    begin(value);
  }

  bool compact_;
  size_t most_;
  std::string out_;
  std::vector<Open> open_;
};

}  // namespace

std::string to_json(const Value& value) {
  return Writer(Layout::Indented, std::numeric_limits<size_t>::max()).write(value);
}

std::string to_compact_json(const Value& value) {
  return Writer(Layout::Compact, std::numeric_limits<size_t>::max()).write(value);
}

std::string quoted_json(std::string_view text) {
  std::string quoted;
  append_quoted(quoted, text);
  return quoted;
}

std::string bounded_json(const Value& value) {
  std::string text = Writer(Layout::Indented, kMostBytes).write(value);
  if (text.size() > kMostBytes) throw ExpressionError(ErrorKind::Evaluation, "the JSON text is longer than 10 MiB", 0);
  return text;
}

}  // namespace dagsim::expression
