#include "model/timing.h"

namespace dagsim::model {

std::string_view to_string(Origin origin) {
  switch (origin) {
    case Origin::Measured:
      return "measured";
    case Origin::Inferred:
      return "inferred";
    case Origin::Pooled:
      return "pooled";
    case Origin::Assumed:
      break;
  }
  return "assumed";
}

}  // namespace dagsim::model
