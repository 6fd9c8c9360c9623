// Names are judged before anything is unpacked, sizes while it is: what the directory of a zip claims is not believed.
#include "history/archive.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <zip.h>

#include "base/text.h"

namespace dagsim::history {

namespace {

constexpr uint64_t kAlwaysAllowed = uint64_t{16} << 20;  // unpacked bytes that no ratio forbids
constexpr size_t kPiece = size_t{64} << 10;
constexpr std::string_view kLogEnding = ".txt";

struct CloseZip {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

/// The limit of unpacked bytes for so many packed ones.
uint64_t allowed(uint64_t packed, const ArchiveLimits& limits) {
  const bool overflows = packed > std::numeric_limits<uint64_t>::max() / std::max<uint64_t>(limits.ratio, 1);
  return overflows ? std::numeric_limits<uint64_t>::max() : std::max(kAlwaysAllowed, packed * limits.ratio);
}

bool is_safe(std::string_view name) {
  if (name.empty() || name.front() == '/' || (name.size() > 1 && name[1] == ':')) return false;
  const std::vector<std::string_view> parts = split(name, '/');
  return std::ranges::none_of(parts, [](std::string_view part) { return part == ".." || part == "."; });
}

/// "12_name.txt" as its number and name. GitHub gives some jobs negative numbers, which count as 0.
std::optional<std::pair<uint32_t, std::string>> read_numbered(std::string_view file) {
  if (!file.ends_with(kLogEnding)) return std::nullopt;
  file.remove_suffix(kLogEnding.size());
  const bool is_negative = file.starts_with('-');
  if (is_negative) file.remove_prefix(1);
  const size_t bar = file.find('_');
  if (bar == std::string_view::npos || bar == 0 || bar + 1 == file.size()) return std::nullopt;
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(file.data(), file.data() + bar, number);
  if (end != file.data() + bar) return std::nullopt;
  if (is_negative || error != std::errc()) number = 0;
  return std::pair(number, std::string(file.substr(bar + 1)));
}

/// What an entry of this name holds; nothing when it is no log.
std::optional<ArchiveEntry> read_name(std::string_view name) {
  ArchiveEntry entry;
  const size_t slash = name.find('/');
  const std::string_view file = name.substr(slash == std::string_view::npos ? 0 : slash + 1);
  if (file.find('/') != std::string_view::npos) return std::nullopt;
  const auto numbered = read_numbered(file);
  if (slash == std::string_view::npos) {
    if (!numbered) return std::nullopt;
    entry.job = numbered->second;
    entry.number = numbered->first;
    return entry;
  }
  entry.job = name.substr(0, slash);
  if (file == "system.txt") {
    entry.kind = ArchiveEntry::Kind::System;
    return entry;
  }
  if (!numbered) return std::nullopt;
  entry.kind = ArchiveEntry::Kind::Step;
  entry.number = numbered->first;
  entry.step = numbered->second;
  return entry;
}

/// The logs of jobs that share a name; their steps can't be told apart when there is more than one such job.
struct SameName {
  std::vector<ArchiveEntry> whole;
  std::vector<ArchiveEntry> steps;
  std::vector<ArchiveEntry> system;
};

void add_jobs(const std::string& name, SameName& logs, std::vector<std::pair<uint32_t, ArchivedJob>>& jobs) {
  const auto by_number = [](const ArchiveEntry& a, const ArchiveEntry& b) { return a.number < b.number; };
  std::ranges::stable_sort(logs.whole, by_number);
  std::ranges::stable_sort(logs.steps, by_number);
  const uint32_t number = logs.whole.empty() ? std::numeric_limits<uint32_t>::max() : logs.whole.front().number;
  if (logs.whole.size() > 1) {
    for (ArchiveEntry& entry : logs.whole) {
      const uint32_t own = entry.number;
      jobs.emplace_back(own, ArchivedJob{name, {std::move(entry)}});
    }
    return;
  }
  ArchivedJob job{name, std::move(logs.system)};
  std::ranges::move(logs.steps.empty() ? logs.whole : logs.steps, std::back_inserter(job.entries));
  jobs.emplace_back(number, std::move(job));
}

}  // namespace

struct Archive::State {
  std::unique_ptr<zip_t, CloseZip> zip;
  ArchiveLimits limits;
  uint64_t packed = 0;    ///< bytes of the whole archive
  uint64_t unpacked = 0;  ///< bytes so far
  std::vector<ArchivedJob> jobs;
  std::map<std::string, uint64_t> excluded;

  void exclude(const std::string& reason, uint64_t count = 1) { excluded[reason] += count; }

  void list() {
    const auto count = static_cast<uint64_t>(std::max<zip_int64_t>(zip_get_num_entries(zip.get(), 0), 0));
    if (count > limits.entries) exclude("beyond the limit of entries", count - limits.entries);
    std::map<std::string, SameName> by_job;
    std::set<std::string> seen;
    for (uint64_t i = 0; i < std::min(count, limits.entries); ++i) {
      if (const std::optional<ArchiveEntry> entry = look_at(i, seen)) {
        SameName& logs = by_job[entry->job];
        (entry->kind == ArchiveEntry::Kind::Job    ? logs.whole
         : entry->kind == ArchiveEntry::Kind::Step ? logs.steps
                                                   : logs.system)
            .push_back(*entry);
      }
    }
    std::vector<std::pair<uint32_t, ArchivedJob>> found;
    for (auto& [name, logs] : by_job) add_jobs(name, logs, found);
    std::ranges::stable_sort(found, {}, [](const auto& numbered) { return numbered.first; });
    for (auto& [number, job] : found) jobs.push_back(std::move(job));
  }

  /// The entry if it is a log that may be read.
  std::optional<ArchiveEntry> look_at(uint64_t index, std::set<std::string>& seen) {
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat_index(zip.get(), index, 0, &stat) != 0 || (stat.valid & ZIP_STAT_NAME) == 0) {
      exclude("damaged");
      return std::nullopt;
    }
    std::string name = stat.name;
    std::ranges::replace(name, '\\', '/');
    if (name.ends_with('/') && is_safe(name)) return std::nullopt;
    if (!is_safe(name)) {
      exclude("with an unsafe name");
      return std::nullopt;
    }
    std::optional<ArchiveEntry> entry = read_name(name);
    if (!entry) {
      exclude("not a log");
    } else if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE) {
      exclude("encrypted");
      entry.reset();
    } else if (!seen.insert(std::move(name)).second) {
      exclude("with a repeated name");
      entry.reset();
    } else {
      entry->index = index;
      entry->packed = (stat.valid & ZIP_STAT_COMP_SIZE) != 0 ? stat.comp_size : 0;
    }
    return entry;
  }

  bool read(const ArchiveEntry& entry, const std::function<void(std::string_view)>& sink) {
    const std::unique_ptr<zip_file_t, CloseFile> file(zip_fopen_index(zip.get(), entry.index, 0));
    if (file == nullptr) return give_up("damaged");
    const uint64_t most = allowed(entry.packed, limits);
    const uint64_t most_of_all = std::min(allowed(packed, limits), limits.bytes);
    std::array<char, kPiece> piece;
    uint64_t size = 0;
    while (true) {
      const zip_int64_t length = zip_fread(file.get(), piece.data(), piece.size());
      if (length < 0) return give_up("damaged");
      if (length == 0) return true;
      size += static_cast<uint64_t>(length);
      unpacked += static_cast<uint64_t>(length);
      if (unpacked > most_of_all) return give_up("beyond the limit of bytes");
      if (size > most) return give_up("packed too tightly for a log");
      sink({piece.data(), static_cast<size_t>(length)});
    }
  }

  bool give_up(const std::string& reason) {
    exclude(reason);
    return false;
  }
};

Archive::Archive(std::unique_ptr<State> state) : state_(std::move(state)) {}
Archive::~Archive() = default;
Archive::Archive(Archive&&) noexcept = default;
Archive& Archive::operator=(Archive&&) noexcept = default;

std::optional<Archive> Archive::open(std::string_view bytes, const std::string& path, const ArchiveLimits& limits,
                                     Diagnostics& diagnostics) {
  if (bytes.empty()) {  // libzip would take it for a zip that is to be filled
    diagnostics.error("bad-archive", fmt::format("\"{}\" can't be read as a zip of logs: it is empty", path));
    return std::nullopt;
  }
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* zip = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
  if (zip == nullptr) {
    const std::string reason = zip_error_strerror(&error);
    if (source != nullptr) zip_source_free(source);
    zip_error_fini(&error);
    const char* hint = is_archive(bytes) ? "; it may have been cut off while it was downloaded" : "";
    diagnostics.error("bad-archive", fmt::format("\"{}\" can't be read as a zip of logs: {}{}", path, reason, hint));
    return std::nullopt;
  }
  zip_error_fini(&error);
  auto state = std::make_unique<State>();
  state->zip.reset(zip);
  state->limits = limits;
  state->packed = bytes.size();
  state->list();
  return Archive(std::move(state));
}

const std::vector<ArchivedJob>& Archive::jobs() const {
  return state_->jobs;
}

bool Archive::read(const ArchiveEntry& entry, const std::function<void(std::string_view)>& sink) {
  return state_->read(entry, sink);
}

const std::map<std::string, uint64_t>& Archive::excluded() const {
  return state_->excluded;
}

bool is_archive(std::string_view bytes) {
  return bytes.starts_with("PK\x03\x04") || bytes.starts_with(std::string_view("PK\x05\x06"));
}

bool is_archive(const FileSystem& files, const std::string& path) {
  bool result = false;
  files.read_pieces(path, [&](std::string_view piece) {
    result = is_archive(piece);
    return false;
  });
  return result;
}

std::optional<JobLog> scan_job(Archive& archive, const ArchivedJob& job, const LogRules& rules,
                               const LogLimits& limits) {
  LogScanner scanner(rules, limits);
  for (const ArchiveEntry& entry : job.entries) {
    const bool is_step = entry.kind == ArchiveEntry::Kind::Step;
    const bool is_system = entry.kind == ArchiveEntry::Kind::System;
    scanner.begin_step(is_step ? entry.number : 0,
                       is_step ? entry.step : std::string(is_system ? LogScanner::kWait : LogScanner::kSetUp));
    if (!archive.read(entry, [&](std::string_view piece) { scanner.feed(piece); })) return std::nullopt;
  }
  return scanner.finish();
}

void report_excluded(const Archive& archive, const std::string& path, Diagnostics& diagnostics) {
  uint64_t total = 0;
  std::vector<std::string> reasons;
  for (const auto& [reason, count] : archive.excluded()) {
    total += count;
    reasons.push_back(fmt::format("{} {}", count, reason));
  }
  if (total == 0) return;
  diagnostics.warning("left-out-logs", fmt::format("\"{}\": {} {} left out: {}", path, total,
                                                   total == 1 ? "entry" : "entries", join(reasons, ", ")));
}

}  // namespace dagsim::history
