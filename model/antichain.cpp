// Dilworth (1950): the width equals the fewest chains that cover the order. By Fulkerson (1956) those are the elements
// less a maximum matching of the bipartite graph with an edge from the left copy of a to the right copy of b for each a
// before b. Boost's matching for general graphs finds it in O(elements * pairs) or better.
#include "model/antichain.h"

#include <vector>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/max_cardinality_matching.hpp>

namespace dagsim::model {

size_t widest_antichain(size_t count, const std::function<bool(size_t before, size_t after)>& before) {
  using Bipartite = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS>;
  Bipartite graph(2 * count);
  for (size_t a = 0; a < count; ++a) {
    for (size_t b = 0; b < count; ++b) {
      if (before(a, b)) boost::add_edge(a, count + b, graph);
    }
  }
  std::vector<boost::graph_traits<Bipartite>::vertex_descriptor> mate(2 * count);
  boost::edmonds_maximum_cardinality_matching(graph, mate.data());
  return count - boost::matching_size(graph, mate.data());
}

}  // namespace dagsim::model
