// The tables and views of the database, version by version.
#pragma once

#include <array>

namespace dagsim::history {

/// What brings a database from each version to the next one. A released step never changes.
extern const std::array<const char*, 4> kMigrations;

}  // namespace dagsim::history
