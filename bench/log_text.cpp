#include "bench/log_text.h"

#include <cstdint>
#include <regex>

#include <fmt/format.h>

#include "history/log_rules.h"
#include "tests/dice.h"

namespace dagsim {

namespace {

const std::string kWords[] = {"parser", "lexer",  "tokens", "graph",  "edges",  "nodes",   "cache",
                              "entry",  "hash",   "index",  "merge",  "config", "network", "storage",
                              "codec",  "stream", "queue",  "worker", "client", "server"};

std::string path(Dice& dice) {
  return fmt::format("{}::{}::tests::{}_{}", dice.pick(kWords), dice.pick(kWords), dice.pick(kWords),
                     dice.pick(kWords));
}

std::string plain_line(Dice& dice) {
  switch (dice.roll(10)) {
    case 0:
      return fmt::format("warning: unused variable: `{}`", dice.pick(kWords));
    case 1:
      return fmt::format("  --> crates/{}/src/{}.rs:{}:{}", dice.pick(kWords), dice.pick(kWords), dice.roll(900),
                         dice.roll(90));
    case 2:
      return fmt::format("\x1b[32m        PASS\x1b[0m [   {}.{:03}s] {} {}", dice.roll(3), dice.roll(1000),
                         dice.pick(kWords), path(dice));
    case 3:
      return fmt::format("   |         ^^^ help: if this is intentional, prefix it with an underscore: `_{}`",
                         dice.pick(kWords));
    case 4:
      return fmt::format("[{}] INFO {}: handled {} requests in {} ms, {} left in the {}", dice.roll(100000), path(dice),
                         dice.roll(9000), dice.roll(900), dice.roll(50), dice.pick(kWords));
    default:
      return fmt::format("test {} ... \x1b[32mok\x1b[0m", path(dice));
  }
}

std::string marker_line(Dice& dice, size_t number) {
  switch (dice.roll(12)) {
    case 0:
      return fmt::format("Cache restored from key: Linux-{}-{:016x}", dice.pick(kWords), number);
    case 1:
      return fmt::format("\x1b[1m\x1b[32m Downloaded\x1b[0m {} v{}.{}.0", dice.pick(kWords), dice.roll(4),
                         dice.roll(40));
    case 2:
      return fmt::format("\x1b[1m\x1b[32m   Compiling\x1b[0m {} v0.1.0 (/__w/r/r/crates/{})",
                         dice.pick(kWords), dice.pick(kWords));
    case 3:
      return fmt::format("#{} CACHED", dice.roll(40));
    default:
      return fmt::format("\x1b[1m\x1b[32m   Compiling\x1b[0m {} v{}.{}.{}", dice.pick(kWords), dice.roll(4),
                         dice.roll(40), dice.roll(10));
  }
}

std::string time_text(uint64_t tenth_microseconds) {
  const uint64_t second = tenth_microseconds / 10'000'000;
  return fmt::format("2025-09-04T{:02}:{:02}:{:02}.{:07}Z ", 6 + second / 3600 % 18, second / 60 % 60, second % 60,
                     tenth_microseconds % 10'000'000);
}

}  // namespace

std::string make_log_text(size_t bytes) {
  Dice dice;
  std::string text = "\xEF\xBB\xBF";
  text.reserve(bytes + 256);
  uint64_t now = 0;
  for (size_t number = 0; text.size() < bytes; ++number) {
    now += dice.roll(20'000);
    text += time_text(now);
    text += dice.roll(100) < 2 ? marker_line(dice, number) : plain_line(dice);
    text += '\n';
  }
  return text;
}

std::string log_patterns_for_grep() {
  static const std::regex kGroup(R"(\(\?P<[a-z]+>|\(\?:)");
  static const std::regex kLazy(R"(\+\?)");
  static const std::string kColors = "(\x1b\\[[0-9;]*m)*";
  std::string patterns;
  for (const history::LogRule& rule : history::built_in_log_rules()) {
    std::string pattern = std::regex_replace(rule.pattern, kGroup, "(");
    pattern = std::regex_replace(pattern, kLazy, "+");
    // cargo colours the first word of a line.
    pattern = std::regex_replace(pattern, std::regex(" "), kColors + " ", std::regex_constants::format_first_only);
    patterns += "^([0-9T:.-]+Z )?([ \t]|\x1b\\[[0-9;]*m)*" + pattern.substr(1) + "\n";
  }
  return patterns;
}

}  // namespace dagsim
