#include "history/fetch_workflow.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "history/listing.h"

namespace dagsim::history {
namespace {

std::vector<ListedWorkflow> list_workflows(GitHub& github, const std::string& repository) {
  std::vector<ListedWorkflow> workflows;
  ListingRequest request;
  request.path = fmt::format("/repos/{}/actions/workflows", repository);
  request.key = "workflows";
  request.done = [&](const Listed& listed) {
    for (const std::string& body : listed.bodies) {
      for (ListedWorkflow& one : read_listed_workflows(body)) workflows.push_back(std::move(one));
    }
  };
  ask_listing(github, std::move(request));
  github.finish();
  return workflows;
}

[[noreturn]] void throw_unknown(const std::string& repository, const std::string& wanted,
                                const std::vector<ListedWorkflow>& workflows) {
  std::vector<std::string> names;
  std::string list;
  for (const ListedWorkflow& one : workflows) {
    names.push_back(file_name_of(one.path));
    names.push_back(one.name);
    list += fmt::format("{}{} (\"{}\")", list.empty() ? "" : ", ", file_name_of(one.path), one.name);
  }
  const std::vector<std::string> near = nearest(wanted, names);
  throw GitHubError(fmt::format("there is no workflow \"{}\" in {}, which has {}{}", wanted, repository,
                                list.empty() ? "none" : list,
                                near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near.front())));
}

}  // namespace

std::string file_name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string out;
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

ListedWorkflow find_workflow(GitHub& github, const std::string& repository, const std::string& wanted) {
  std::optional<ListedWorkflow> found;
  GitHubRequest request;
  request.path = fmt::format("/repos/{}/actions/workflows/{}", repository, percent_encoded(file_name_of(wanted)));
  request.accepted = {404};
  request.fault = fault_of_json;
  request.done = [&](const GitHubAnswer& answer) {
    if (answer.status != 404) found = read_workflow(answer.body);
  };
  github.ask(std::move(request));
  github.finish();
  if (found && found->id != 0) return *found;

  const std::vector<ListedWorkflow> workflows = list_workflows(github, repository);
  const auto named = std::ranges::find_if(
      workflows, [&](const ListedWorkflow& one) { return one.name == wanted || one.path == wanted; });
  if (named == workflows.end()) throw_unknown(repository, wanted, workflows);
  return *named;
}

}  // namespace dagsim::history
