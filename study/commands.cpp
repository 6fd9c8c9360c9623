#include "study/commands.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace dagsim::study {
namespace {

using Words = std::vector<std::string>;

/// Commands that make ready, move files or print; each may be one word or two.
bool only_prepares(const Words& words) {
  static const std::set<std::string, std::less<>> kAlways = {
      "",       ".",      ":",     "[",      "[[",      "apt",    "apt-get",  "asdf",  "awk",    "brew",    "cat",
      "cd",     "chmod",  "choco", "chown",  "command", "cp",     "curl",     "date",  "df",     "dirname", "du",
      "echo",   "env",    "exit",  "export", "false",   "find",   "free",     "gem",   "gh",     "git",     "grep",
      "head",   "hash",   "id",    "jq",     "ln",      "ls",     "mise",     "mkdir", "mktemp", "mv",      "pip",
      "pip3",   "printf", "pwd",   "read",   "rm",      "rustup", "sed",      "set",   "shift",  "sleep",   "sort",
      "source", "tar",    "tee",   "test",   "touch",   "tr",     "trap",     "true",  "ulimit", "umask",   "uname",
      "unset",  "unzip",  "wc",    "wget",   "which",   "yq",     "corepack", "local", "return", "declare", "shopt",
      "xargs",  "tail",   "cut",   "uniq",   "nproc",   "wait",   "zip"};
  static const std::set<std::string, std::less<>> kWithSecond = {
      "cargo fetch",    "cargo install",  "cargo binstall",  "cargo login",
      "cargo metadata", "cargo clean",    "npm ci",          "npm install",
      "npm i",          "yarn install",   "pnpm install",    "pnpm i",
      "bun install",    "go mod",         "go install",      "go get",
      "go env",         "bundle install", "poetry install",  "uv sync",
      "uv pip",         "uv python",      "docker login",    "docker pull",
      "conda install",  "python -m pip",  "cargo --version", "cargo generate-lockfile"};
  if (kAlways.contains(words.front()) || (words.size() == 1 && words.front() == "yarn")) return true;
  if (words.size() > 1 && kWithSecond.contains(words[0] + " " + words[1])) return true;
  if (words.size() > 1 && (words[1] == "--version" || words[1] == "-V" || words[1] == "version")) return true;
  return words.size() > 2 && (words[0] == "python" || words[0] == "python3") && words[1] == "-m" && words[2] == "pip";
}

bool is_assignment(std::string_view word) {
  const size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  return std::ranges::all_of(word.substr(0, equals), [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

/// Words that stand before a command and don't change what it checks.
bool is_wrapper(std::string_view word) {
  constexpr std::array<std::string_view, 14> kWrappers = {"!",    "do",   "elif", "else",  "exec",     "if",    "nice",
                                                          "sudo", "then", "time", "until", "xvfb-run", "while", "{"};
  return std::ranges::find(kWrappers, word) != kWrappers.end();
}

/// Reads a script word by word, as far as that can be done without running it.
class ScriptReader {
 public:
  explicit ScriptReader(std::string_view script) : script_(script) {}

  std::vector<Words> commands() {
    while (at_ < script_.size()) step();
    end_command();
    return std::move(commands_);
  }

 private:
  char peek(size_t ahead = 0) const { return at_ + ahead < script_.size() ? script_[at_ + ahead] : '\0'; }

  void step() {
    const char c = peek();
    if (script_.substr(at_).starts_with("${{")) return copy_until("}}", 2);
    if (c == '\\') {
      if (peek(1) != '\n') word_ += script_.substr(at_, 2);
      in_word_ = in_word_ || peek(1) != '\n';
      at_ += 2;
    } else if (c == '\'' || c == '"') {
      quoted(c);
    } else if (script_.substr(at_).starts_with("$(")) {
      copy_until(")", 1);
    } else if (c == '#' && !in_word_) {
      at_ = std::min(script_.find('\n', at_), script_.size());
    } else if (c == '<' && peek(1) == '<' && peek(2) != '<') {
      here_document();
    } else if (c == ' ' || c == '\t' || c == '\r') {
      end_word();
      ++at_;
    } else if (c == '&' && word_.ends_with('>')) {
      word_ += c;  // 2>&1
      ++at_;
    } else if (std::string_view(";|&\n()").find(c) != std::string_view::npos) {
      end_command();
      ++at_;
    } else {
      word_ += c;
      in_word_ = true;
      ++at_;
    }
  }

  void copy_until(std::string_view end, size_t length) {
    const size_t found = script_.find(end, at_);
    const size_t next = found == std::string_view::npos ? script_.size() : found + length;
    word_ += script_.substr(at_, next - at_);
    in_word_ = true;
    at_ = next;
  }

  void quoted(char quote) {
    in_word_ = true;
    for (++at_; at_ < script_.size() && peek() != quote; ++at_) {
      if (quote == '"' && peek() == '\\') word_ += script_[at_++];
      word_ += peek();
    }
    ++at_;
  }

  void here_document() {
    const size_t line = std::min(script_.find('\n', at_), script_.size());
    std::string_view tag = trim(script_.substr(at_ + 2, line - at_ - 2));
    tag = tag.substr(0, tag.find_first_of(" >|;&"));
    std::string end;
    for (const char c : tag) {
      if (c != '\'' && c != '"' && c != '-') end += c;
    }
    end_command();
    at_ = line;
    while (at_ < script_.size()) {
      const size_t next = std::min(script_.find('\n', at_ + 1), script_.size());
      const bool is_end = trim(script_.substr(at_ + 1, next - at_ - 1)) == end;
      at_ = next;
      if (is_end) return;
    }
  }

  void end_word() {
    if (in_word_) words_.push_back(std::exchange(word_, {}));
    in_word_ = false;
  }

  void end_command() {
    end_word();
    if (!words_.empty()) commands_.push_back(std::exchange(words_, {}));
  }

  std::string_view script_;
  size_t at_ = 0;
  bool in_word_ = false;
  std::string word_;
  Words words_;
  std::vector<Words> commands_;
};

/// A command without assignments, wrappers and redirections; empty when it is a part of the shell's own grammar.
Words plain_command(Words words) {
  while (!words.empty() && (is_assignment(words.front()) || is_wrapper(words.front()))) words.erase(words.begin());
  // mise exec -- COMMAND, rustup run TOOLCHAIN COMMAND
  if (words.size() > 3 && words[0] == "mise" && (words[1] == "exec" || words[1] == "x")) {
    const auto dashes = std::ranges::find(words, "--");
    if (dashes != words.end()) words.erase(words.begin(), dashes + 1);
  }
  const auto redirects = [](const std::string& word) { return word.find('>') != std::string::npos || word == "<"; };
  for (size_t i = 0; i < words.size();) {
    if (!redirects(words[i])) {
      ++i;
      continue;
    }
    const bool takes_next = words[i].back() == '>' || words[i].back() == '<';
    const size_t last = std::min(i + (takes_next ? 2 : 1), words.size());
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i), words.begin() + static_cast<std::ptrdiff_t>(last));
  }
  static const std::set<std::string, std::less<>> kGrammar = {"fi",  "done", "esac",     "}",
                                                              "for", "case", "function", "in"};
  if (!words.empty() && kGrammar.contains(words.front())) words.clear();
  return words;
}

constexpr std::array<std::string_view, 9> kCargoSubcommands = {"check", "c", "build",   "b",    "clippy",
                                                               "test",  "t", "nextest", "bench"};

/// Nothing where an option is not known: then only the same command checks the same.
std::optional<CargoScope> cargo_scope(const Words& words) {
  CargoScope scope;
  size_t at = 1;
  if (at < words.size() && words[at].starts_with('+')) scope.toolchain = words[at++];
  if (at >= words.size() || std::ranges::find(kCargoSubcommands, words[at]) == kCargoSubcommands.end()) {
    return std::nullopt;
  }
  static const std::map<std::string, std::string, std::less<>> kShort = {{"c", "check"}, {"b", "build"}, {"t", "test"}};
  const auto full = kShort.find(words[at]);
  scope.action = full == kShort.end() ? words[at] : full->second;
  ++at;
  if (scope.action == "nextest") {
    if (at >= words.size() || words[at] != "run") return std::nullopt;
    scope.action = "test";
    ++at;
  }
  static const std::set<std::string, std::less<>> kIgnored = {
      "--locked",     "--offline",      "--frozen",  "-v",
      "-vv",          "--verbose",      "-q",        "--quiet",
      "--keep-going", "--no-fail-fast", "--timings", "--future-incompat-report",
      "--no-deps"};
  static const std::set<std::string, std::less<>> kIgnoredWithValue = {"-j", "--jobs", "--color", "--message-format"};
  static const std::map<std::string, std::string, std::less<>> kTargets = {
      {"--lib", "lib"}, {"--bins", "bins"}, {"--tests", "tests"}, {"--benches", "benches"}, {"--examples", "examples"}};
  static const std::map<std::string, std::string, std::less<>> kNamedTargets = {
      {"--bin", "bin"}, {"--test", "test"}, {"--bench", "bench"}, {"--example", "example"}};
  bool runs = true;
  for (; at < words.size(); ++at) {
    std::string name = words[at];
    std::optional<std::string> attached;
    if (const size_t equals = name.find('='); name.starts_with("--") && equals != std::string::npos) {
      attached = name.substr(equals + 1);
      name = name.substr(0, equals);
    }
    const auto value = [&]() -> std::string {
      if (attached) return *attached;
      return at + 1 < words.size() ? words[++at] : std::string();
    };
    if (name == "--") {
      // What clippy is told to deny, or which tests run, must be the same where it matters.
      for (++at; at < words.size(); ++at) scope.others.push_back("-- " + words[at]);
    } else if (kIgnored.contains(name)) {
      continue;
    } else if (kIgnoredWithValue.contains(name)) {
      value();
    } else if (name == "--workspace" || name == "--all") {
      scope.workspace = true;
    } else if (name == "--all-targets") {
      scope.all_targets = true;
    } else if (name == "--all-features") {
      scope.all_features = true;
    } else if (name == "--no-default-features") {
      scope.no_default_features = true;
    } else if (name == "-p" || name == "--package") {
      scope.packages.insert(value());
    } else if (name == "-F" || name == "--features") {
      std::string list = value();
      std::ranges::replace(list, ',', ' ');
      for (const std::string_view feature : split(list, ' ')) {
        if (!feature.empty()) scope.features.emplace(feature);
      }
    } else if (const auto target = kTargets.find(name); target != kTargets.end()) {
      scope.targets.insert(target->second);
    } else if (const auto named = kNamedTargets.find(name); named != kNamedTargets.end()) {
      scope.targets.insert(named->second + ":" + value());
    } else if (name == "--release" || name == "-r") {
      scope.others.emplace_back("--profile release");
    } else if (name == "--profile" || name == "--cargo-profile" || name == "--target" || name == "--manifest-path") {
      scope.others.push_back((name == "--cargo-profile" ? "--profile" : name) + " " + value());
    } else if (name == "--no-run") {
      runs = false;
    } else {
      return std::nullopt;
    }
  }
  if (scope.action == "test" && !runs) scope.action = "test without running";
  std::ranges::sort(scope.others);
  return scope;
}

/// Whether an action compiles (or runs) all that another one does, for the same targets.
bool does_more(const std::string& action, const std::string& other) {
  if (action == other) return true;
  static const std::map<std::string, std::set<std::string>> kCovered = {{"clippy", {"check"}},
                                                                        {"build", {"check"}},
                                                                        {"bench", {"check"}},
                                                                        {"test", {"check", "test without running"}},
                                                                        {"test without running", {"check"}}};
  const auto found = kCovered.find(action);
  return found != kCovered.end() && found->second.contains(other);
}

bool holds(const std::set<std::string>& all, const std::set<std::string>& part) {
  return std::ranges::includes(all, part);
}

/// The targets that a command compiles where it names none.
std::set<std::string> targets_of(const CargoScope& scope) {
  if (!scope.targets.empty()) return scope.targets;
  if (scope.action.starts_with("test")) return {"bins", "examples", "lib", "tests"};
  if (scope.action == "bench") return {"benches", "bins", "lib"};
  return {"bins", "lib"};
}

bool covers(const CargoScope& scope, const CargoScope& other) {
  if (!does_more(scope.action, other.action) || scope.toolchain != other.toolchain) return false;
  if (scope.all_features != other.all_features || scope.no_default_features != other.no_default_features ||
      scope.features != other.features) {
    return false;
  }
  const bool packages = scope.workspace || (!other.workspace && scope.packages == other.packages) ||
                        (!other.workspace && !other.packages.empty() && holds(scope.packages, other.packages));
  const bool targets = scope.all_targets || (!other.all_targets && holds(targets_of(scope), targets_of(other)));
  const auto without_arguments = [](std::vector<std::string> others, bool keep) {
    if (!keep) std::erase_if(others, [](const std::string& word) { return word.starts_with("-- "); });
    return others;
  };
  // What stands behind "--" speaks to what runs the compiled code or to the linter: a check has neither.
  const bool arguments = other.action != "check";
  return packages && targets &&
         without_arguments(scope.others, arguments) == without_arguments(other.others, arguments);
}

bool is_go(const std::string& text, std::string_view subcommand, std::string& rest) {
  const std::string start = fmt::format("go {} ", subcommand);
  if (!text.starts_with(start)) return false;
  rest = text.substr(start.size());
  return true;
}

/// Actions that make a machine ready or move files; others may fail because of a change.
bool is_set_up(const std::string& action) {
  const std::string name = to_lower(action);
  for (const std::string_view part :
       {"setup", "set-up", "cache", "checkout", "artifact", "login", "toolchain", "mise-action", "install",
        "metadata-action", "paths-filter", "changed-files", "github-script", "free-disk-space", "maximize-build-space",
        "create-github-app-token"}) {
    if (name.find(part) != std::string::npos) return true;
  }
  return false;
}

/// Whether a green run of the job surely runs a step.
bool is_always(const model::Step& step) {
  return step.condition.empty() || step.condition == "success()" || step.condition == "always()" ||
         step.condition == "!cancelled()";
}

/// System and architecture, as labels name them.
std::pair<std::string, bool> machine_of(const model::Job& job) {
  std::string system = "linux";
  bool is_arm = false;
  for (const std::string& label : job.runs_on) {
    const std::string word = to_lower(label);
    if (word.find("windows") != std::string::npos) system = "windows";
    if (word.find("macos") != std::string::npos) system = "macos";
    is_arm = is_arm || word.find("arm") != std::string::npos;
  }
  return {system, is_arm};
}

/// Every duty of a job with the first of another that covers it; nothing when one has none.
std::optional<std::string> covered_by(const std::vector<Duty>& duties, const std::vector<Duty>& others) {
  std::string what;
  for (const Duty& duty : duties) {
    const auto found =
        std::ranges::find_if(others, [&](const Duty& other) { return other.always && study::covers(other, duty); });
    if (found == others.end()) return std::nullopt;
    if (what.empty() && found->text != duty.text) what = fmt::format("{} does what {} does", found->text, duty.text);
    if (what.empty()) what = fmt::format("both run {}", duty.text);
  }
  return what;
}

}  // namespace

std::vector<Duty> duties_of_script(std::string_view script) {
  std::vector<Duty> duties;
  for (Words& raw : ScriptReader(script).commands()) {
    const Words words = plain_command(std::move(raw));
    if (words.empty() || only_prepares(words)) continue;
    Duty duty{join(words, " "), std::nullopt};
    if (words.front() == "cargo") duty.cargo = cargo_scope(words);
    duties.push_back(std::move(duty));
  }
  return duties;
}

std::vector<Duty> duties_of(const model::Job& job) {
  std::vector<Duty> duties;
  for (const model::Step& step : job.steps) {
    if (!step.uses.empty()) {
      if (is_set_up(step.uses)) continue;
      std::string text = "uses " + step.uses;
      for (const auto& [name, value] : step.with) text += fmt::format(" {}={}", name, trim(value));
      duties.push_back({std::move(text), std::nullopt, is_always(step)});
      continue;
    }
    for (Duty& duty : duties_of_script(step.run)) {
      duty.always = is_always(step);
      duties.push_back(std::move(duty));
    }
  }
  for (const model::Part& part : job.parts) {
    for (Duty& duty : duties_of(*part.job)) duties.push_back(std::move(duty));
  }
  for (Duty& duty : duties) {
    // What differs between legs is not the same command, though it is written alike.
    if (duty.text.find("matrix.") == std::string::npos) continue;
    duty.text += fmt::format(" ({})", job.key);
    duty.cargo.reset();
  }
  return duties;
}

bool covers(const Duty& duty, const Duty& other) {
  if (duty.text == other.text) return true;
  if (duty.cargo && other.cargo) return covers(*duty.cargo, *other.cargo);
  std::string packages;
  std::string others;
  return is_go(duty.text, "test", packages) && is_go(other.text, "build", others) && packages == others;
}

bool same_machine(const model::Job& job, const model::Job& other) {
  return machine_of(job) == machine_of(other);
}

std::vector<Cover> find_covers(const model::Pipeline& pipeline) {
  std::vector<std::vector<Duty>> duties;
  std::vector<std::pair<std::string, bool>> machines;
  for (const model::Job& job : pipeline.jobs) {
    duties.push_back(duties_of(job));
    machines.push_back(machine_of(job));
  }
  std::vector<Cover> covers;
  for (uint32_t job = 0; job < duties.size(); ++job) {
    if (duties[job].empty()) continue;
    for (uint32_t other = 0; other < duties.size(); ++other) {
      const model::Job& by = pipeline.jobs[other];
      const bool runs_too = by.presence == model::Presence::Runs || by.condition == pipeline.jobs[job].condition;
      if (other == job || !runs_too || machines[job] != machines[other]) continue;
      if (std::optional<std::string> what = covered_by(duties[job], duties[other])) {
        covers.push_back({model::JobId{job}, model::JobId{other}, std::move(*what)});
      }
    }
  }
  return covers;
}

}  // namespace dagsim::study
