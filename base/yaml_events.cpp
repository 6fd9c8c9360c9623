// yaml-cpp parses; this file is the only one that includes it. Its handler is called for every event with the byte at
// which the event begins, never with where it ends, so the ends are found in the text (yaml_scan.h). `cursor_` is the
// end of the last piece read: what stands between two pieces is white space, comments and indicators. One pass, linear
// in the file. The bounds count aliases as often as they are used, from the size of their anchor, so that a bomb is
// stopped and never expanded.
#include "base/yaml_events.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <string_view>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "base/text.h"
#include "base/yaml_scan.h"

namespace dagsim::yaml {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// GitHub lets a file of 1 MiB expand to at most 10 MiB.
constexpr size_t kExpansion = 10;

constexpr std::string_view kUnclosed = "the quoted text that begins here isn't closed";

/// Thrown through yaml-cpp to end the parse; what is wrong is already in the diagnostics.
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

/// A sequence or mapping whose end hasn't come yet.
struct Open {
  bool mapping = false;
  bool flow = false;
  char closer = '\0';  ///< of a flow collection in brackets
  size_t event = 0;
  size_t children = 0;
  size_t height = 1;
  YAML::anchor_t anchor = 0;
  Size before;
};

/// yaml-cpp's terse messages in words that help; the others are shown as they are.
std::string_view explain(std::string_view message) {
  using namespace YAML::ErrorMsg;
  static const std::map<std::string_view, std::string_view> kExplanations = {
      {END_OF_MAP, "expected a key indented like the others of its mapping, or the mapping's end"},
      {END_OF_SEQ, "expected '-' indented like the others of its sequence, or the sequence's end"},
      {END_OF_MAP_FLOW, "expected ',' or '}' in a mapping that begins with '{'"},
      {END_OF_SEQ_FLOW, "expected ',' or ']' in a sequence that begins with '['"},
      {MAP_VALUE, "':' is not allowed here; text that contains ': ' needs quotes"},
      {MAP_KEY, "a key is not allowed here"},
      {BLOCK_ENTRY, "'-' is not allowed here"},
      {FLOW_END, "no matching bracket is open here"},
      {UNKNOWN_TOKEN, "no value can begin with this character; text that does needs quotes"},
      {TAB_IN_INDENTATION, "indentation must be spaces, but there is a tab"}};
  const auto found = kExplanations.find(message);
  return found == kExplanations.end() ? message : found->second;
}

class Recorder final : public YAML::EventHandler {
 public:
  Recorder(const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics, const Limits& limits)
      : file_(file), text_(file->text()), diagnostics_(diagnostics), limits_(limits) {}

  /// Whether the first document was read.
  bool run();
  std::vector<Event> take() { return std::move(events_); }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { close(); }
  void OnAnchor(const YAML::Mark&, const std::string& name) override { anchor_names_.push_back(name); }

 private:
  uint32_t offset(const YAML::Mark& mark) const;
  char at(uint32_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }
  SourceRange where(Range range) const { return {file_, range}; }
  Diagnostic& error(std::string rule, std::string message, Range range) {
    return diagnostics_.error(std::move(rule), std::move(message), where(range));
  }
  [[noreturn]] void stop(std::string rule, std::string message, Range range) {
    error(std::move(rule), std::move(message), range);
    throw Stop();
  }

  bool next_is_key() const { return !open_.empty() && open_.back().mapping && open_.back().children % 2 == 0; }
  void check_directives();
  Range implicit_null(uint32_t begin, YAML::anchor_t anchor);
  void check_colon(uint32_t key_end, uint32_t next);
  void open(bool mapping, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, bool flow);
  void close();
  Event& add_scalar(std::string_view value, Range range, YAML::anchor_t anchor);
  void complete(uint32_t end, size_t height);
  void define(YAML::anchor_t id, size_t first, Size before, size_t height);
  void grow(Size size, Range range);
  void check_depth(size_t depth, Range range);
  void report(const YAML::ParserException& failure);

  std::shared_ptr<const SourceFile> file_;
  std::string_view text_;
  Diagnostics& diagnostics_;
  Limits limits_;
  std::vector<Event> events_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Anchor> anchors_;
  std::vector<std::string> anchor_names_;
  Size size_;
  uint32_t cursor_ = 0;
  bool seen_document_ = false;
  bool has_alias_ = false;
};

bool Recorder::run() {
  constexpr size_t kBytesPerEvent = 12;  // of usual workflows; only the speed hangs on it
  events_.reserve(text_.size() / kBytesPerEvent);
  const bool marked = text_.starts_with(kByteOrderMark);
  std::istringstream in{std::string(text_)};
  cursor_ = marked ? static_cast<uint32_t>(kByteOrderMark.size()) : 0;
  bool complete = false;
  try {
    YAML::Parser parser(in);
    parser.HandleNextDocument(*this);
    complete = true;
    parser.HandleNextDocument(*this);
    check_directives();
  } catch (const Stop&) {
    return complete;
  } catch (const YAML::ParserException& failure) {
    report(failure);
  } catch (const YAML::Exception& failure) {
    error("yaml-syntax", failure.msg, {});
  }
  return complete;
}

/// yaml-cpp passes over every line that begins with `%`. It may only be a directive before a `---`, or part of a
/// scalar.
void Recorder::check_directives() {
  const uint32_t first = events_.empty() ? 0 : events_.front().range.begin;
  for (size_t at = text_.starts_with('%') ? 0 : text_.find("\n%"); at < text_.size(); at = text_.find("\n%", at + 1)) {
    const auto line = static_cast<uint32_t>(at + (text_[at] == '\n' ? 1 : 0));
    const auto holds = [&](const Event& event) {
      return event.kind == EventKind::Scalar && event.range.begin < line && line < event.range.end;
    };
    if (std::ranges::any_of(events_, holds)) continue;
    const bool before = line < first && text_.substr(line, first - line).find("\n---") != std::string_view::npos;
    if (before) continue;
    error("yaml-syntax", "a line can't begin with '%' here; text that does needs quotes", {line, line + 1});
  }
}

/// yaml-cpp counts from behind the byte order mark.
uint32_t Recorder::offset(const YAML::Mark& mark) const {
  const size_t skipped = text_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  const size_t position = static_cast<size_t>(std::max(mark.pos, 0)) + skipped;
  return static_cast<uint32_t>(std::min(position, text_.size()));
}

void Recorder::report(const YAML::ParserException& failure) {
  const uint32_t begin = offset(failure.mark);
  if (failure.msg == YAML::ErrorMsg::UNKNOWN_ANCHOR) {
    const Range range{begin, name_end(text_, begin)};
    const std::string name(file_->text({begin + 1, range.end}));
    Diagnostic& found =
        error("yaml-alias", fmt::format("the alias '*{}' has no anchor '&{}' before it", name, name), range);
    for (const std::string& near : nearest(name, anchor_names_)) {
      found.notes.push_back({fmt::format("did you mean \"*{}\"?", near), {}});
    }
    return;
  }
  if (failure.msg == YAML::ErrorMsg::BAD_FILE) {
    error("yaml-limit", "the document is nested too deeply to be read", {begin, begin});
    return;
  }
  if (failure.msg == YAML::ErrorMsg::EOF_IN_SCALAR || failure.msg == YAML::ErrorMsg::DOC_IN_SCALAR) {
    uint32_t quote = skip_blank(text_, cursor_);
    while (std::string_view("-:,?&!").find(at(quote)) != std::string_view::npos) {
      quote = skip_blank(text_, std::max(properties_end(text_, quote), quote + 1));
    }
    error("yaml-syntax", std::string(kUnclosed), {quote, quote + 1});
    return;
  }
  const uint32_t end = begin < text_.size() && at(begin) != '\n' ? begin + 1 : begin;
  Diagnostic& found = error("yaml-syntax", std::string(explain(failure.msg)), {begin, end});
  if (open_.empty()) return;
  const Open& innermost = open_.back();
  const uint32_t start = events_[innermost.event].range.begin;
  const std::string_view what = innermost.mapping ? "mapping" : "sequence";
  found.notes.push_back({fmt::format("in the {} that begins here", what), where({start, start + 1})});
}

void Recorder::OnDocumentStart(const YAML::Mark& mark) {
  const uint32_t begin = offset(mark);
  if (seen_document_) {
    const uint32_t length = text_.substr(begin).starts_with("---") ? 3 : 1;
    stop("yaml-document", "a second document begins here, but a file may hold only one", {begin, begin + length});
  }
  seen_document_ = true;
}

void Recorder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const bool key = next_is_key();
  const uint32_t begin = offset(mark);
  const uint32_t content = anchor == 0 ? begin : skip_blank(text_, properties_end(text_, begin));
  const std::string_view word = null_word(text_, content, key);
  // Without a word of its own the null stands where yaml-cpp found the next piece, which may be lines below.
  const Range range =
      word.empty() ? implicit_null(begin, anchor) : Range{content, content + static_cast<uint32_t>(word.size())};
  add_scalar(word, range, anchor).plain = true;
}

Range Recorder::implicit_null(uint32_t begin, YAML::anchor_t anchor) {
  if (anchor != 0) return {begin, properties_end(text_, begin)};
  if (open_.empty()) return {begin, begin};
  const uint32_t next = skip_blank(text_, cursor_);
  if (next_is_key()) return {cursor_, cursor_};
  if (open_.back().mapping) check_colon(cursor_, next);
  const bool indicator = std::string_view(open_.back().mapping ? ":" : "-,").find(at(next)) != std::string_view::npos;
  const uint32_t place = indicator ? next + 1 : cursor_;
  return {place, place};
}

/// yaml-cpp takes a line without a colon for a key without a value; YAML allows that only in {} and after '?'.
void Recorder::check_colon(uint32_t key_end, uint32_t next) {
  if (open_.back().flow || at(next) == ':' || events_.empty() || events_.back().kind == EventKind::End) return;
  const Range key = events_.back().range;
  const size_t before = key.begin == 0 ? std::string_view::npos : text_.find_last_not_of(" \t\r\n", key.begin - 1);
  if (before != std::string_view::npos && text_[before] == '?') return;
  error("yaml-syntax", "expected ':' after this key", {key.begin, key_end});
}

void Recorder::OnAlias(const YAML::Mark& mark, YAML::anchor_t id) {
  const uint32_t begin = offset(mark);
  const Range range{begin, name_end(text_, begin)};
  const auto found = anchors_.find(id);
  if (found == anchors_.end() || found->second.last == 0) {
    stop("yaml-alias", fmt::format("the alias '{}' stands inside its own anchor", file_->text(range)), range);
  }
  const Anchor& anchor = found->second;
  has_alias_ = true;
  grow(anchor.size, range);
  check_depth(open_.size() + anchor.height, range);
  Event& event = events_.emplace_back();
  event.kind = EventKind::Alias;
  event.range = range;
  event.first = anchor.first;
  event.last = anchor.last;
  complete(range.end, anchor.height);
}

void Recorder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                        const std::string& value) {
  const uint32_t begin = offset(mark);
  const uint32_t properties = properties_end(text_, begin);
  const uint32_t content = properties == begin ? begin : skip_blank(text_, properties);
  const std::string_view rest = text_.substr(content);
  // A tag may stand alone, for an empty text; what follows then belongs to someone else.
  const bool absent = value.empty() && properties != begin && tag != "!" && !rest.starts_with("''") &&
                      !rest.starts_with("\"\"") && !rest.starts_with('|') && !rest.starts_with('>');
  // yaml-cpp takes a quote that is still open in the last line for closed.
  if (!absent && !is_closed(text_, content)) stop("yaml-syntax", std::string(kUnclosed), {content, content + 1});
  const Range range = absent ? Range{begin, properties} : Range{content, scalar_end(text_, content, value)};
  Event& event = add_scalar(value, range, anchor);
  event.plain = absent || std::string_view("\"'|>").find(at(content)) == std::string_view::npos;
  // yaml-cpp says "?" for no tag, and "!" both for that tag and for quoted text without one.
  if (tag != "?" && (tag != "!" || event.plain)) event.tag = tag;
}

Event& Recorder::add_scalar(std::string_view value, Range range, YAML::anchor_t anchor) {
  const Size before = size_;
  grow({1, value.size()}, range);
  Event& event = events_.emplace_back();
  event.text = value;
  event.range = range;
  define(anchor, events_.size() - 1, before, 0);
  complete(range.end, 0);
  return event;
}

void Recorder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                               YAML::EmitterStyle::value style) {
  open(false, mark, tag, anchor, style == YAML::EmitterStyle::Flow);
}

void Recorder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                          YAML::EmitterStyle::value style) {
  // The pair in [a: b] has no style of its own.
  open(true, mark, tag, anchor, style != YAML::EmitterStyle::Block);
}

void Recorder::open(bool mapping, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, bool flow) {
  const bool tagged = !tag.empty() && tag != "?";
  const uint32_t marked = offset(mark);
  const uint32_t begin = anchor != 0 || tagged ? skip_blank(text_, properties_end(text_, marked)) : marked;
  Event event;
  event.kind = mapping ? EventKind::MappingStart : EventKind::SequenceStart;
  event.range = {begin, begin + 1};
  if (tagged) event.tag = tag;
  Open collection{.mapping = mapping, .flow = flow, .event = events_.size(), .anchor = anchor, .before = size_};
  if (flow && at(begin) == '[' && !mapping) collection.closer = ']';
  if (flow && at(begin) == '{' && mapping) collection.closer = '}';
  cursor_ = std::max(cursor_, collection.closer == '\0' ? begin : begin + 1);
  grow({1, 0}, event.range);
  if (anchor != 0) anchors_[anchor] = {};
  events_.push_back(std::move(event));
  open_.push_back(collection);
  check_depth(open_.size(), events_.back().range);
}

void Recorder::close() {
  const Open closed = open_.back();
  uint32_t end = cursor_;
  if (closed.closer != '\0') {
    uint32_t next = skip_blank(text_, cursor_);
    while (std::string_view(",:?").find(at(next)) != std::string_view::npos) next = skip_blank(text_, next + 1);
    if (at(next) == closed.closer) end = next + 1;
  }
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

void Recorder::define(YAML::anchor_t id, size_t first, Size before, size_t height) {
  if (id == 0) return;
  const Size size{size_.nodes - before.nodes, size_.bytes - before.bytes};
  anchors_[id] = {.first = first, .last = events_.size(), .size = size, .height = height};
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
  if (depth <= limits_.depth) return;
  stop("yaml-limit", fmt::format("the document is nested more than {} levels deep", limits_.depth), range);
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
