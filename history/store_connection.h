// The database behind the store: opened and brought up to date, with its statements made ready and its texts known by
// number. Only the store's own files include this.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "history/store.h"

namespace SQLite {
class Column;
class Database;
class Statement;
}  // namespace SQLite

namespace dagsim::history {

/// SQLite's integers are signed; ids of GitHub are far below.
inline int64_t as_signed(uint64_t value) {
  return static_cast<int64_t>(value);
}
uint64_t as_unsigned(const SQLite::Column& column);

/// What may be absent is NULL.
void bind(SQLite::Statement& statement, int place, const std::optional<uint64_t>& value);
void bind(SQLite::Statement& statement, int place, const std::optional<double>& value);
std::optional<double> time_in(const SQLite::Column& column);

/// The key of a job, and of all that is a job's.
struct JobKey {
  uint64_t run = 0;
  uint32_t attempt = 1;
  int64_t job = 0;
  bool operator==(const JobKey&) const = default;
};
/// Places 1 to 3.
void bind(SQLite::Statement& statement, const JobKey& key);
/// From the first three columns.
JobKey key_in(SQLite::Statement& statement);

void run_once(SQLite::Statement& statement);

/// FNV-1a over the bytes of fields. A field of eight bytes may hold the separator, but no text does.
class Digest {
 public:
  Digest& add(std::string_view text) {
    for (const char c : text) mix(static_cast<unsigned char>(c));
    mix(0xFF);  // no UTF-8 text holds it: fields can't run into one another
    return *this;
  }
  Digest& add(const std::optional<double>& value) {
    const auto bits =
        value ? std::bit_cast<std::array<char, sizeof(double)>>(*value) : std::array<char, sizeof(double)>{};
    return add(std::string_view(bits.data(), value ? bits.size() : 0));
  }
  int64_t value() const { return as_signed(hash_); }

 private:
  void mix(unsigned char byte) { hash_ = (hash_ ^ byte) * 0x100000001B3ULL; }
  uint64_t hash_ = 0xCBF29CE484222325ULL;
};

class StoreConnection {
 public:
  StoreConnection(std::string path, Store::Access access);
  ~StoreConnection();
  StoreConnection(const StoreConnection&) = delete;
  StoreConnection& operator=(const StoreConnection&) = delete;

  const std::string& path() const { return path_; }
  SQLite::Database& database() const { return *database_; }

  /// Makes a statement when it is first asked for. \param query must outlive the connection.
  SQLite::Statement& prepared(const char* query);

  /// The number of a text, which is kept when it is new.
  int64_t name(const std::string& text);
  /// All texts by their numbers.
  std::unordered_map<int64_t, std::string> names() const;

  uint64_t count(const char* query) const;

  /// Does `work` in one transaction.
  void change(const std::function<void()>& work);

  /// Whether a row whose digest `find` asks for has to be written; counts it.
  static bool is_new(SQLite::Statement& find, int64_t digest, Counts& counts);

  /// The row, from `at` on, with the key in the first columns of what `statement` read. Both are in the same order.
  template <typename Row, typename KeyOf>
  size_t find_owner(const std::vector<Row>& rows, size_t at, SQLite::Statement& statement, KeyOf key_of) const {
    const JobKey key = key_in(statement);
    while (at < rows.size() && key_of(rows[at]) != key) ++at;
    if (at == rows.size()) report_damage("rows of no known job");
    return at;
  }

 private:
  int check_version(Store::Access access) const;
  void migrate(int version);
  [[noreturn]] void report_damage(std::string_view what) const;

  std::string path_;
  std::unique_ptr<SQLite::Database> database_;
  std::unordered_map<std::string, int64_t> names_;  ///< as far as looked up
  bool is_unfinished_ = false;
  std::unordered_map<const char*, std::unique_ptr<SQLite::Statement>> statements_;
};

}  // namespace dagsim::history
