#include "model/call.h"

#include <algorithm>

#include "model/scope.h"

namespace dagsim::model {

namespace {

std::string_view local_name(std::string_view id) {
  return id.substr(id.rfind('/') + 1);
}

}  // namespace

std::string call_path(const Job& job) {
  return id_of_call(job.call) == job.caller ? job.call : job.caller;
}

std::string place_of(const Job& job) {
  return qualify(call_path(job), local_name(job.id));
}

std::string place_of_need(std::string_view place, const Need& need) {
  return qualify(scope_of(place), local_name(need.job));
}

std::string id_of_call(std::string_view call) {
  std::string path;
  bool inside = false;
  for (const char c : call) {
    inside = inside || c == '[';
    if (!inside) path += c;
    inside = inside && c != ']';
  }
  return path;
}

std::vector<CallLevel> levels_of(std::string_view call) {
  std::vector<CallLevel> levels;
  while (!call.empty()) {
    const size_t slash = call.rfind('/');
    const size_t bracket = call.rfind('[');
    const bool has_leg = bracket != std::string_view::npos && (slash == std::string_view::npos || bracket > slash);
    levels.push_back({std::string(call), std::string(has_leg ? call.substr(0, bracket) : call)});
    call = slash == std::string_view::npos ? std::string_view{} : call.substr(0, slash);
  }
  std::ranges::reverse(levels);
  return levels;
}

}  // namespace dagsim::model
