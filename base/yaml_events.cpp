// libyaml parses; this file is the only one that includes it. It counts in characters, takes a node's anchor and tag for
// a part of it, and a block's end for the place where something else begins. So places are turned into bytes, and ends
// are found from what was read before: `cursor_` is the end of the last piece. One pass, linear in the file. The bounds
// count aliases as often as they are used, from the size of their anchor, so that a bomb is stopped and never expanded.
#include "base/yaml_events.h"

#include <algorithm>
#include <map>
#include <string_view>

#include <fmt/format.h>
#include <yaml.h>

#include "base/text.h"
#include "base/yaml_scan.h"

namespace dagsim::yaml {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// GitHub lets a file of 1 MiB expand to at most 10 MiB.
constexpr size_t kExpansion = 10;

// Whatever the bound: libyaml's time for a piece grows with its depth.
constexpr size_t kDeepest = 500;

/// Ends the parse; what is wrong is already in the diagnostics.
struct Stop {};

/// How much a part of the document amounts to once its aliases are expanded.
struct Size {
  size_t nodes = 0;
  size_t bytes = 0;
};

struct Anchor {
  size_t first = 0;
  size_t last = 0;  ///< 0 while the anchored node is still open
  Size size;
  size_t height = 0;
};

using Anchors = std::map<std::string, Anchor, std::less<>>;

/// A sequence or mapping whose end hasn't come yet.
struct Open {
  bool mapping = false;
  size_t event = 0;
  size_t children = 0;
  size_t height = 1;
  Anchor* anchor = nullptr;
  Size before;
};

/// libyaml's terse messages in words that help; the others are shown as they are.
std::string_view explain(std::string_view message) {
  static const std::map<std::string_view, std::string_view> kExplanations = {
      {"did not find expected key", "expected a key indented like the others of its mapping, or the mapping's end"},
      {"did not find expected '-' indicator",
       "expected '-' indented like the others of its sequence, or the sequence's end"},
      {"did not find expected ',' or '}'", "expected ',' or '}' in a mapping that begins with '{'"},
      {"did not find expected ',' or ']'", "expected ',' or ']' in a sequence that begins with '['"},
      {"did not find expected node content", "expected a value here"},
      {"did not find expected <document start>", "expected the end of the file, since its one value ends before this"},
      {"mapping values are not allowed in this context", "':' is not allowed here; text that contains ': ' needs quotes"},
      {"mapping keys are not allowed in this context", "a key is not allowed here"},
      {"block sequence entries are not allowed in this context", "'-' is not allowed here"},
      {"did not find expected alphabetic or numeric character",
       "the name of an anchor or alias may only hold letters, digits, '-' and '_'"},
      {"found undefined tag handle", "no %TAG line defines this tag's handle"},
      {"found an indentation indicator equal to 0", "a block can't be indented by 0; expected 1 to 9"},
      {"found unknown escape character", "unknown escape after '\\'; text in single quotes has none"},
      {"did not find expected hexdecimal number", "expected hexadecimal digits after this escape"}};
  const auto found = kExplanations.find(message);
  return found == kExplanations.end() ? message : found->second;
}

/// libyaml's parser and its current event.
class Parser {
 public:
  explicit Parser(std::string_view text) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    // Only reads the text.
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser() {
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }

  /// Whether there is one more event; if not, `failure` tells why.
  bool next() {
    yaml_event_delete(&event_);
    return yaml_parser_parse(&parser_, &event_) != 0;
  }
  const yaml_event_t& event() const { return event_; }
  const yaml_parser_t& failure() const { return parser_; }

 private:
  yaml_parser_t parser_{};
  yaml_event_t event_{};
};

/// Bytes of a text at its characters, asked for in rising order.
class Offsets {
 public:
  explicit Offsets(std::string_view text, size_t start) : text_(text), byte_(start) {}

  uint32_t of(size_t character) {
    if (character < character_) return static_cast<uint32_t>(byte_before(character));
    for (; character_ < character && byte_ < text_.size(); ++character_) {
      do ++byte_;
      while (byte_ < text_.size() && is_continuation(byte_));
    }
    return static_cast<uint32_t>(byte_);
  }

 private:
  bool is_continuation(size_t byte) const { return (static_cast<unsigned char>(text_[byte]) & 0xC0U) == 0x80U; }
  size_t byte_before(size_t character) const {
    size_t byte = byte_;
    for (size_t at = character_; at > character; --at) {
      do --byte;
      while (is_continuation(byte));
    }
    return byte;
  }

  std::string_view text_;
  size_t character_ = 0;
  size_t byte_;
};

std::string_view view(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

class Recorder {
 public:
  Recorder(const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics, const Limits& limits)
      : file_(file),
        text_(file->text()),
        start_(text_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0),
        offsets_(text_, start_),
        diagnostics_(diagnostics),
        limits_(limits) {}

  /// Whether the first document was read.
  bool run();
  std::vector<Event> take() { return std::move(events_); }

 private:
  uint32_t offset(const yaml_mark_t& mark) { return offsets_.of(mark.index); }
  char at(size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }
  SourceRange where(Range range) const { return {file_, range}; }
  Diagnostic& error(std::string rule, std::string message, Range range) {
    return diagnostics_.error(std::move(rule), std::move(message), where(range));
  }
  [[noreturn]] void stop(std::string rule, std::string message, Range range) {
    error(std::move(rule), std::move(message), range);
    throw Stop();
  }

  void take(const yaml_event_t& event);
  void start_document(const yaml_event_t& event);
  void alias(const yaml_event_t& event);
  void scalar(const yaml_event_t& event);
  void open(bool mapping, const yaml_event_t& event, const yaml_char_t* anchor, const yaml_char_t* tag);
  void close(const yaml_event_t& event);
  /// Where a node's own text begins, behind its anchor and tag.
  uint32_t content_of(uint32_t begin, bool has_properties) const {
    return has_properties ? skip_blank(text_, properties_end(text_, begin)) : begin;
  }
  uint32_t end_of_text(const yaml_event_t& event, uint32_t content);
  Range absent_scalar(const yaml_event_t& event);
  Anchor* named(const yaml_char_t* anchor) { return anchor == nullptr ? nullptr : &anchors_[std::string(view(anchor))]; }
  void complete(uint32_t end, size_t height);
  void define(Anchor* anchor, size_t first, Size before, size_t height);
  void grow(Size size, Range range);
  void check_depth(size_t depth, Range range);
  void report(const yaml_parser_t& failure);
  std::optional<uint32_t> directive_at(const yaml_parser_t& failure);

  std::shared_ptr<const SourceFile> file_;
  std::string_view text_;
  size_t start_;
  Offsets offsets_;
  Diagnostics& diagnostics_;
  Limits limits_;
  std::vector<Event> events_;
  std::vector<Open> open_;
  Anchors anchors_;
  Size size_;
  uint32_t cursor_ = 0;
  bool seen_document_ = false;
  bool has_alias_ = false;
};

bool Recorder::run() {
  constexpr size_t kBytesPerEvent = 12;  // of usual workflows; only the speed hangs on it
  events_.reserve(text_.size() / kBytesPerEvent);
  cursor_ = static_cast<uint32_t>(start_);
  Parser parser(text_.substr(start_));
  bool complete = false;
  try {
    while (parser.next()) {
      take(parser.event());
      complete = complete || parser.event().type == YAML_DOCUMENT_END_EVENT;
      if (parser.event().type == YAML_STREAM_END_EVENT) return true;
    }
    report(parser.failure());
  } catch (const Stop&) {
  }
  return complete;
}

void Recorder::take(const yaml_event_t& event) {
  switch (event.type) {
    case YAML_DOCUMENT_START_EVENT:
      return start_document(event);
    case YAML_ALIAS_EVENT:
      return alias(event);
    case YAML_SCALAR_EVENT:
      return scalar(event);
    case YAML_SEQUENCE_START_EVENT:
      return open(false, event, event.data.sequence_start.anchor, event.data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
      return open(true, event, event.data.mapping_start.anchor, event.data.mapping_start.tag);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      return close(event);
    default:
      return;
  }
}

void Recorder::start_document(const yaml_event_t& event) {
  if (seen_document_) {
    const uint32_t begin = offset(event.start_mark);
    const uint32_t length = text_.substr(begin).starts_with("---") ? 3 : 1;
    stop("yaml-document", "a second document begins here, but a file may hold only one", {begin, begin + length});
  }
  seen_document_ = true;
}

void Recorder::report(const yaml_parser_t& failure) {
  if (failure.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
  const std::string_view problem = failure.problem;
  if (failure.error == YAML_READER_ERROR) {
    const auto byte = static_cast<uint32_t>(start_ + failure.problem_offset);
    error("yaml-encoding", "this character can't stand in a text", {byte, byte + 1});
    return;
  }
  const uint32_t begin = offset(failure.problem_mark);
  const bool in_quotes = failure.context != nullptr && failure.context == std::string_view("while scanning a quoted scalar");
  if (in_quotes && (problem.ends_with("end of stream") || problem.ends_with("document indicator"))) {
    const uint32_t quote = offset(failure.context_mark);
    error("yaml-syntax", "the quoted text that begins here isn't closed", {quote, quote + 1});
    return;
  }
  if (problem == "could not find expected ':'") {
    const uint32_t key = offset(failure.context_mark);
    const size_t line = std::min(text_.find('\n', key), text_.size());
    const size_t last = text_.substr(0, line).find_last_not_of(" \t\r");
    error("yaml-syntax", "expected ':' after this key", {key, static_cast<uint32_t>(std::max<size_t>(last, key) + 1)});
    return;
  }
  if (const auto directive = directive_at(failure)) {
    error("yaml-syntax", "a line can't begin with '%' here; text that does needs quotes", {*directive, *directive + 1});
    return;
  }
  const uint32_t end = begin < text_.size() && at(begin) != '\n' ? begin + 1 : begin;
  std::string_view message = explain(problem);
  if (problem == "found character that cannot start any token") {
    message = at(begin) == '\t' ? "indentation must be spaces, but there is a tab"
                                : "no value can begin with this character; text that does needs quotes";
  }
  Diagnostic& found = error("yaml-syntax", std::string(message), {begin, end});
  if (open_.empty()) return;
  const Open& innermost = open_.back();
  const uint32_t start = events_[innermost.event].range.begin;
  const std::string_view what = innermost.mapping ? "mapping" : "sequence";
  found.notes.push_back({fmt::format("in the {} that begins here", what), where({start, start + 1})});
}

/// The line that begins with `%`, where that is what's wrong.
std::optional<uint32_t> Recorder::directive_at(const yaml_parser_t& failure) {
  const bool unfinished = failure.context != nullptr && failure.context == std::string_view("while scanning a directive");
  const uint32_t place = offset(unfinished ? failure.context_mark : failure.problem_mark);
  const bool begins_line = place == start_ || at(place - 1) == '\n';
  return at(place) == '%' && begins_line ? std::optional(place) : std::nullopt;
}

void Recorder::alias(const yaml_event_t& event) {
  const Range range{offset(event.start_mark), offset(event.end_mark)};
  const std::string_view name = view(event.data.alias.anchor);
  const auto found = anchors_.find(name);
  if (found == anchors_.end()) {
    Diagnostic& missing =
        error("yaml-alias", fmt::format("the alias '*{}' has no anchor '&{}' before it", name, name), range);
    std::vector<std::string> names;
    for (const auto& [known, anchor] : anchors_) names.push_back(known);
    for (const std::string& near : nearest(std::string(name), names)) {
      missing.notes.push_back({fmt::format("did you mean \"*{}\"?", near), {}});
    }
    throw Stop();
  }
  const Anchor& anchor = found->second;
  if (anchor.last == 0) stop("yaml-alias", fmt::format("the alias '*{}' stands inside its own anchor", name), range);
  has_alias_ = true;
  grow(anchor.size, range);
  check_depth(open_.size() + anchor.height, range);
  Event& added = events_.emplace_back();
  added.kind = EventKind::Alias;
  added.range = range;
  added.first = anchor.first;
  added.last = anchor.last;
  complete(range.end, anchor.height);
}

void Recorder::scalar(const yaml_event_t& event) {
  const auto& scalar = event.data.scalar;
  const bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
  Range range;
  if (plain && scalar.length == 0) {
    range = absent_scalar(event);
  } else {
    const uint32_t content = content_of(offset(event.start_mark), scalar.anchor != nullptr || scalar.tag != nullptr);
    range = {content, end_of_text(event, content)};
  }
  const Size before = size_;
  grow({1, scalar.length}, range);
  Event& added = events_.emplace_back();
  added.text.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
  added.range = range;
  added.plain = plain;
  const std::string_view tag = view(scalar.tag);
  if (plain || tag != "!") added.tag = tag;
  define(named(scalar.anchor), events_.size() - 1, before, 0);
  complete(range.end, 0);
}

/// A text that isn't there stands behind its anchor and tag, or where it is missing.
Range Recorder::absent_scalar(const yaml_event_t& event) {
  const uint32_t begin = offset(event.start_mark);
  const uint32_t end = offset(event.end_mark);
  if (end > begin || open_.empty()) return {begin, end};
  // libyaml may put it where it found the next piece, lines below.
  const Open& parent = open_.back();
  const bool is_key = parent.mapping && parent.children % 2 == 0;
  const uint32_t next = skip_blank(text_, cursor_);
  const bool behind_indicator = !is_key && at(next) == (parent.mapping ? ':' : '-');
  const uint32_t place = behind_indicator ? next + 1 : cursor_;
  return {place, place};
}

/// The end of a text in the file, quotes and the header of a block included; blank lines below a block aren't.
uint32_t Recorder::end_of_text(const yaml_event_t& event, uint32_t content) {
  const uint32_t end = offset(event.end_mark);
  const auto style = event.data.scalar.style;
  if (style != YAML_LITERAL_SCALAR_STYLE && style != YAML_FOLDED_SCALAR_STYLE) return end;
  const std::string_view value(reinterpret_cast<const char*>(event.data.scalar.value), event.data.scalar.length);
  std::string_view text = text_.substr(content, end - content);
  if (value.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return content + static_cast<uint32_t>(std::min(text.find_first_of(" \t\r\n#"), text.size()));
  }
  // The last line that isn't blank, white space at its end included.
  const size_t last = text.find_last_not_of(" \t\r\n");
  size_t line_end = std::min(text.find('\n', last), text.size());
  if (line_end > last + 1 && text[line_end - 1] == '\r') --line_end;
  return content + static_cast<uint32_t>(line_end);
}

void Recorder::open(bool mapping, const yaml_event_t& event, const yaml_char_t* anchor, const yaml_char_t* tag) {
  const uint32_t begin = content_of(offset(event.start_mark), anchor != nullptr || tag != nullptr);
  const bool in_brackets = at(begin) == (mapping ? '{' : '[');
  Open collection{.mapping = mapping, .event = events_.size(), .anchor = named(anchor), .before = size_};
  cursor_ = std::max(cursor_, in_brackets ? begin + 1 : begin);
  Event& added = events_.emplace_back();
  added.kind = mapping ? EventKind::MappingStart : EventKind::SequenceStart;
  added.range = {begin, begin + 1};
  added.tag = view(tag);
  grow({1, 0}, added.range);
  if (collection.anchor != nullptr) *collection.anchor = {};
  open_.push_back(collection);
  check_depth(open_.size(), added.range);
}

void Recorder::close(const yaml_event_t& event) {
  const Open closed = open_.back();
  const uint32_t begin = offset(event.start_mark);
  const uint32_t end = begin == offset(event.end_mark) ? cursor_ : begin + 1;  // a bracket, or nothing
  Range& range = events_[closed.event].range;
  range.end = std::max(range.end, end);
  events_[closed.event].children = closed.children;
  events_.emplace_back().kind = EventKind::End;
  open_.pop_back();
  define(closed.anchor, closed.event, closed.before, closed.height);
  complete(end, closed.height);
}

/// One more child of the innermost collection ends at `end` and is `height` collections high.
void Recorder::complete(uint32_t end, size_t height) {
  cursor_ = std::max(cursor_, end);
  if (open_.empty()) return;
  Open& parent = open_.back();
  ++parent.children;
  parent.height = std::max(parent.height, height + 1);
}

void Recorder::define(Anchor* anchor, size_t first, Size before, size_t height) {
  if (anchor == nullptr) return;
  const Size size{size_.nodes - before.nodes, size_.bytes - before.bytes};
  *anchor = {.first = first, .last = events_.size(), .size = size, .height = height};
}

void Recorder::grow(Size size, Range range) {
  size_.nodes += size.nodes;
  size_.bytes += size.bytes;
  if (has_alias_ && size_.nodes > limits_.nodes) {
    stop("yaml-limit", fmt::format("the document has more than {} nodes, aliases expanded", limits_.nodes), range);
  }
  if (size_.bytes > kExpansion * limits_.bytes) {
    const size_t most = kExpansion * limits_.bytes;
    stop("yaml-limit", fmt::format("the document holds more than {} bytes of text, aliases expanded", most), range);
  }
}

void Recorder::check_depth(size_t depth, Range range) {
  const size_t most = std::min(limits_.depth, kDeepest);
  if (depth <= most) return;
  stop("yaml-limit", fmt::format("the document is nested more than {} levels deep", most), range);
}

}  // namespace

std::optional<std::vector<Event>> read_events(const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics,
                                              const Limits& limits) {
  const std::string_view text = file->text();
  if (text.size() > limits.bytes) {
    const std::string message =
        fmt::format("the file has {} bytes, but at most {} are read", text.size(), limits.bytes);
    diagnostics.error("yaml-limit", message, {file, {}});
    return std::nullopt;
  }
  if (const auto bad = first_unreadable(text)) {
    const bool wide =
        text.find('\0') != std::string_view::npos || text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
    const auto byte = static_cast<unsigned>(static_cast<unsigned char>(text[*bad]));
    Diagnostic& found = diagnostics.error("yaml-encoding", fmt::format("the byte 0x{:02X} is not readable text", byte),
                                          {file, {*bad, *bad + 1}});
    found.notes.push_back({wide ? "the file may be binary or UTF-16; save it as UTF-8" : "the file must be UTF-8", {}});
    return std::nullopt;
  }
  Recorder recorder(file, diagnostics, limits);
  if (!recorder.run()) return std::nullopt;
  return recorder.take();
}

}  // namespace dagsim::yaml
