// bucket-matrix: legs become one leg for each bucket, which pays the fixed cost once and the work of all members.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "model/edit_session.h"

namespace dagsim::model {

namespace {

const std::string* axis_of(const Job& job, std::string_view key) {
  const auto found = std::ranges::find(job.matrix, key, &std::pair<std::string, std::string>::first);
  return found == job.matrix.end() ? nullptr : &found->second;
}

/// `text` with the last whole occurrence of `from` replaced: values stand at the end of keys and names.
std::string with_value(const std::string& text, const std::string& from, const std::string& to) {
  constexpr std::string_view kBounds = "[](),= /";
  if (from.empty()) return text;
  for (size_t at = text.rfind(from); at != std::string::npos && at > 0; at = text.rfind(from, at - 1)) {
    const size_t end = at + from.size();
    const bool starts = kBounds.find(text[at - 1]) != std::string_view::npos;
    if (starts && (end == text.size() || kBounds.find(text[end]) != std::string_view::npos)) {
      return text.substr(0, at) + to + text.substr(end);
    }
  }
  return text;
}

class Bucketing {
 public:
  Bucketing(EditSession& session, const BucketMatrix& operation) : session_(session), operation_(operation) {}

  void apply() {
    const std::vector<JobId> legs = session_.jobs(operation_.job);
    if (legs.empty() || !collect_members(legs)) return;
    const std::vector<Bucket> buckets = operation_.buckets.empty() ? equal_buckets() : operation_.buckets;
    if (!check(buckets)) return;
    // Legs that also vary over other axes are grouped within equal ones.
    std::map<std::pair<std::string, std::string>, std::vector<JobId>> groups;
    for (const JobId leg : legs) groups[{others(session_.pipeline.job(leg)), bucket_of_.at(value(leg))}].push_back(leg);
    std::vector<JobId> gone;
    std::vector<Job> made(session_.pipeline.jobs.size());
    for (const auto& group : groups) {
      made[index(group.second.front())] = make(group.second, group.first.second);
      gone.insert(gone.end(), group.second.begin() + 1, group.second.end());
    }
    for (const JobId leg : legs) {
      if (std::ranges::find(gone, leg) == gone.end()) session_.pipeline.job(leg) = std::move(made[index(leg)]);
    }
    erase_jobs(session_.pipeline, std::move(gone));
  }

 private:
  const std::string& value(JobId leg) const { return *axis_of(session_.pipeline.job(leg), operation_.key); }

  bool collect_members(const std::vector<JobId>& legs) {
    for (const JobId leg : legs) {
      const Job& job = session_.pipeline.job(leg);
      if (axis_of(job, operation_.key) == nullptr) {
        std::vector<std::string> axes;
        for (const auto& axis : job.matrix) axes.push_back(axis.first);
        session_.report_unknown("unknown-axis",
                                fmt::format("\"{}\" has no matrix axis \"{}\"", job.key, operation_.key),
                                operation_.key, std::move(axes));
        return false;
      }
      if (std::ranges::find(members_, value(leg)) == members_.end()) members_.push_back(value(leg));
    }
    return true;
  }

  std::vector<Bucket> equal_buckets() const {
    const size_t count = std::min(operation_.into, members_.size());
    std::vector<Bucket> buckets;
    size_t begin = 0;
    for (size_t i = 0; i < count; ++i) {
      const size_t end = members_.size() * (i + 1) / count;
      buckets.push_back({fmt::format("{}", i + 1), {}});
      for (; begin < end; ++begin) buckets.back().members.push_back(members_[begin]);
    }
    return buckets;
  }

  bool check(const std::vector<Bucket>& buckets) {
    bool fine = true;
    for (const Bucket& bucket : buckets) {
      for (const std::string& member : bucket.members) {
        if (std::ranges::find(members_, member) == members_.end()) {
          session_.report_unknown(
              "unknown-member",
              fmt::format("\"{}\" of bucket \"{}\" is no value of \"{}\"", member, bucket.name, operation_.key), member,
              members_);
          fine = false;
        } else if (!bucket_of_.emplace(member, bucket.name).second) {
          session_.error("repeated-member", fmt::format("\"{}\" is in bucket \"{}\" and in bucket \"{}\"", member,
                                                        bucket_of_.at(member), bucket.name));
          fine = false;
        }
      }
    }
    for (const std::string& member : members_) {
      if (bucket_of_.contains(member)) continue;
      session_.error("missing-member", fmt::format("\"{}\" of \"{}\" is in no bucket", member, operation_.key));
      fine = false;
    }
    return fine;
  }

  /// The id and all axes but the bucketed one.
  std::string others(const Job& job) const {
    std::string text = job.id;
    for (const auto& axis : job.matrix) {
      if (axis.first != operation_.key) text += fmt::format("\n{}={}", axis.first, axis.second);
    }
    return text;
  }

  Job make(const std::vector<JobId>& members, const std::string& bucket) {
    const Job& first = session_.pipeline.job(members.front());
    const std::string member = value(members.front());
    Job job = first;
    for (auto& axis : job.matrix) {
      if (axis.first == operation_.key) axis.second = bucket;
    }
    job.key = with_value(first.key, member, bucket);
    job.name = with_value(first.name, member, bucket);
    for (const JobId each : members) inherit_coverage(session_.pipeline, each, job.key);
    if (members.size() == 1) return job;
    job.stream = unused_stream(job.key, members);
    job.parts.clear();
    for (const JobId each : members) {
      const Share share = each == members.front() ? Share::Whole : Share::Work;
      job.parts.push_back({std::make_shared<const Job>(session_.pipeline.job(each)), share,
                           share == Share::Work ? operation_.key : ""});
    }
    // The parts carry what edits did to the members.
    job.scale = 1;
    job.duration.reset();
    job.speed.reset();
    return job;
  }

  /// A bucket that is named like one of its members is not that member: history must not take one for the other.
  std::string unused_stream(std::string stream, const std::vector<JobId>& members) const {
    while (std::ranges::any_of(members, [&](JobId each) { return session_.pipeline.job(each).stream == stream; })) {
      stream += "+";
    }
    return stream;
  }

  EditSession& session_;
  const BucketMatrix& operation_;
  std::vector<std::string> members_;  // values of the axis in the order of the legs
  std::map<std::string, std::string> bucket_of_;
};

}  // namespace

void apply_operation(EditSession& session, const BucketMatrix& operation) {
  Bucketing(session, operation).apply();
}

}  // namespace dagsim::model
