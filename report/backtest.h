// How well past runs predicted later ones, as text, Markdown and JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/text.h"
#include "study/backtest.h"
#include "study/scoreboard.h"

namespace dagsim::report {

/// What a back-test found: a rolling one, outcomes of edits, or both.
struct Backtest {
  std::optional<study::BacktestResult> rolling;
  study::Scoreboard board;
};

std::string backtest_text(const Backtest& backtest, const TextOptions& options);
std::string backtest_markdown(const Backtest& backtest, std::string_view command);
/// `dagsim.backtest/1`
std::string backtest_json(const Backtest& backtest);

}  // namespace dagsim::report
