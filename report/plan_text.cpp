#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "report/plan.h"
#include "report/table.h"
#include "report/words.h"

namespace dagsim::report {

namespace {

using model::Check;
using model::Presence;

class PlanPage {
 public:
  PlanPage(const study::Plan& plan, const TextOptions& options) : plan_(plan), options_(options) {}

  std::string text() {
    start();
    jobs();
    skipped();
    return std::move(text_);
  }

 private:
  Presence presence(const Check& check) const { return plan_.results.jobs[model::index(check.jobs.front())].presence; }

  size_t count_of(Presence wanted) const {
    return static_cast<size_t>(
        std::ranges::count_if(plan_.checks, [&](const Check& check) { return presence(check) == wanted; }));
  }

  void line(std::string_view text) { text_ += std::string(text) + "\n"; }

  void paragraph(const std::string& text, size_t indentation = 0) {
    const std::string margin(indentation, ' ');
    for (const std::string& one : wrap(text, options_.width - indentation)) line(margin + one);
  }

  void start() {
    line(styled(plan_.pipeline.title, Style::Bold, options_.color) + ", " + plan_.pipeline.event);
    const bool runs = plan_.start.runs;
    paragraph(fmt::format("{}{}", runs ? "Starts: " : "Doesn't start: ", plan_.start.reason));
    std::string counts = fmt::format("{} run", count(count_of(Presence::Runs), "job"));
    if (const size_t some = count_of(Presence::Unknown); some > 0) counts += fmt::format(", {} may", some);
    if (const size_t some = count_of(Presence::Skipped); some > 0) counts += fmt::format(", {} skipped", some);
    paragraph((runs ? "" : "If it started: ") + counts + ".");
  }

  /// What a job waits for, the legs of a matrix taken together.
  std::vector<std::string> needs_of(const Check& check) const {
    std::vector<std::string> ids;
    for (const std::string& key : check.needs) {
      const auto it = std::ranges::find(plan_.checks, key, &Check::key);
      const model::Job& job = plan_.pipeline.job(it->jobs.front());
      std::string id = it->key == job.key ? job.id : it->key;
      if (std::ranges::find(ids, id) == ids.end()) ids.push_back(std::move(id));
    }
    return ids;
  }

  void jobs() {
    Table table(
        {{"job", Align::Left, 2}, {"needs", Align::Left, 3}, {"runner", Align::Left, 1}, {"steps", Align::Right}});
    bool any = false;
    for (const Check& check : plan_.checks) {
      if (presence(check) == Presence::Skipped) continue;
      const model::Job& job = plan_.pipeline.job(check.jobs.front());
      const std::string mark = presence(check) == Presence::Unknown ? " (may run)" : "";
      table.add({{check.name + mark},
                 {join(needs_of(check), ", ")},
                 {join(job.runs_on, ", ")},
                 {fmt::format("{}", job.steps.size())}});
      any = true;
    }
    if (!any) return;
    line("");
    for (const std::string& one : table.lines(options_.width, options_.color)) line(one);
  }

  void skipped() {
    for (const Presence kind : {Presence::Unknown, Presence::Skipped}) {
      bool first = true;
      for (const Check& check : plan_.checks) {
        if (presence(check) != kind) continue;
        if (first) line(kind == Presence::Unknown ? "\nMay run" : "\nSkipped");
        first = false;
        paragraph(fmt::format("{}: {}", check.name, check.reason), 2);
      }
    }
  }

  const study::Plan& plan_;
  const TextOptions& options_;
  std::string text_;
};

}  // namespace

std::string plan_text(const study::Plan& plan, const TextOptions& options) {
  return PlanPage(plan, options).text();
}

}  // namespace dagsim::report
