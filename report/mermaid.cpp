#include "report/mermaid.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"

namespace dagsim::report {

namespace {

/// Mermaid reads labels as HTML with its own entities: "#35;" is "#".
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "#quot;";
        break;
      case '<':
        out += "#lt;";
        break;
      case '>':
        out += "#gt;";
        break;
      case '&':
        out += "#amp;";
        break;
      case '#':
        out += "#35;";
        break;
      case '`':
        out += "#96;";
        break;
      case '\n':
        out += ' ';
        break;
      default:
        out += c;
    }
  }
  return out;
}

struct Node {
  std::string label;
  double mean = 0;
  size_t legs = 0;
  bool critical = false;
};

/// The nodes in creation order and which node each job key and id path went to.
struct Drawing {
  std::vector<Node> nodes;
  std::map<std::string, size_t> node_of;
  std::set<std::pair<size_t, size_t>> edges;
  std::set<std::pair<size_t, size_t>> critical_edges;
};

std::string without_selector(const std::string& key) {
  return key.substr(0, key.find('['));
}

Drawing draw(const study::PipelineLine& pipeline) {
  Drawing drawing;
  std::map<std::string, size_t> groups;
  for (const study::JobLine& job : pipeline.jobs) {
    if (!job.runs) continue;
    const std::string group = without_selector(job.key);
    const auto [entry, fresh] = groups.try_emplace(group, drawing.nodes.size());
    if (fresh) drawing.nodes.push_back({group});
    Node& node = drawing.nodes[entry->second];
    ++node.legs;
    node.mean = std::max(node.mean, job.mean);
    drawing.node_of[job.key] = entry->second;
    drawing.node_of[group] = entry->second;
  }
  for (const auto& [need, dependant] : pipeline.needs) {
    const auto from = drawing.node_of.find(need);
    const auto to = drawing.node_of.find(dependant);
    if (from == drawing.node_of.end() || to == drawing.node_of.end() || from->second == to->second) continue;
    drawing.edges.emplace(from->second, to->second);
  }
  return drawing;
}

void mark_critical(Drawing& drawing, const std::vector<std::string>& chain) {
  const size_t none = drawing.nodes.size();
  size_t before = none;
  for (const std::string& key : chain) {
    const auto found = drawing.node_of.find(key);
    if (found == drawing.node_of.end()) continue;
    drawing.nodes[found->second].critical = true;
    if (before != none) drawing.critical_edges.emplace(before, found->second);
    before = found->second;
  }
}

}  // namespace

std::string mermaid(const study::PipelineLine& pipeline) {
  Drawing drawing = draw(pipeline);
  if (!pipeline.chains.empty()) mark_critical(drawing, pipeline.chains.front().jobs);
  std::string out = "flowchart LR\n";
  std::string critical;
  for (size_t n = 0; n < drawing.nodes.size(); ++n) {
    const Node& node = drawing.nodes[n];
    const std::string time = node.legs > 1 ? fmt::format("{} legs, up to {}", node.legs, format_duration(node.mean))
                                           : format_duration(node.mean);
    out += fmt::format("  j{}[\"{}<br/>{}\"]\n", n, escaped(node.label), time);
    if (node.critical) critical += fmt::format("{}j{}", critical.empty() ? "" : ",", n);
  }
  for (const auto& edge : drawing.edges) {
    out +=
        fmt::format("  j{} {} j{}\n", edge.first, drawing.critical_edges.contains(edge) ? "==>" : "-->", edge.second);
  }
  if (!critical.empty()) {
    out += "  classDef critical fill:#ffd7d5,stroke:#cf222e,stroke-width:3px,color:#1f2328\n";
    out += fmt::format("  class {} critical\n", critical);
  }
  return out;
}

}  // namespace dagsim::report
