#include "calibration/correlation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <Eigen/Dense>

#include "stats/random.h"

namespace dagsim::calibration {
namespace {

constexpr size_t kFewestShared = 4;  // runs of two jobs, for their correlation to be told
constexpr double kLeastEigenvalue = 1e-9;

/// The normal quantile of each time's rank among those of its job, scaled to variance 1; ties share theirs.
std::vector<double> normal_scores(const std::vector<double>& times) {
  std::vector<size_t> order;
  for (size_t i = 0; i < times.size(); ++i) {
    if (!std::isnan(times[i])) order.push_back(i);
  }
  std::ranges::stable_sort(order, {}, [&](size_t i) { return times[i]; });
  std::vector<double> scores(times.size(), std::numeric_limits<double>::quiet_NaN());
  double squares = 0;
  for (size_t from = 0; from < order.size();) {
    size_t to = from;
    while (to < order.size() && times[order[to]] == times[order[from]]) ++to;
    const double middle = static_cast<double>(from + to) / 2 / static_cast<double>(order.size());
    for (; from < to; ++from) {
      scores[order[from]] = stats::normal_quantile(middle);
      squares += scores[order[from]] * scores[order[from]];
    }
  }
  const double scale = squares > 0 ? std::sqrt(static_cast<double>(order.size()) / squares) : 0;
  for (double& score : scores) score *= scale;
  return scores;
}

struct Estimated {
  double value = 0;
  double variance = 0;
};

/// Schaefer and Strimmer's estimates of a correlation and of its sampling variance, over the runs that both ran in.
Estimated correlation_of(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> products;
  for (size_t run = 0; run < a.size(); ++run) {
    if (!std::isnan(a[run]) && !std::isnan(b[run])) products.push_back(a[run] * b[run]);
  }
  if (products.size() < kFewestShared) return {};
  const auto count = static_cast<double>(products.size());
  const double mean = std::accumulate(products.begin(), products.end(), 0.0) / count;
  double squares = 0;
  for (const double product : products) squares += (product - mean) * (product - mean);
  return {std::clamp(mean, -1.0, 1.0), squares / (count * (count - 1))};
}

Eigen::MatrixXd matrix_of(const std::vector<std::vector<double>>& rows) {
  const auto size = static_cast<Eigen::Index>(rows.size());
  Eigen::MatrixXd matrix(size, size);
  for (Eigen::Index i = 0; i < size; ++i) {
    for (Eigen::Index j = 0; j < size; ++j) matrix(i, j) = rows[static_cast<size_t>(i)][static_cast<size_t>(j)];
  }
  return matrix;
}

std::vector<std::vector<double>> rows_of(const Eigen::MatrixXd& matrix) {
  std::vector<std::vector<double>> rows(static_cast<size_t>(matrix.rows()));
  for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
    for (Eigen::Index j = 0; j < matrix.cols(); ++j) rows[static_cast<size_t>(i)].push_back(matrix(i, j));
  }
  return rows;
}

/// The eigenvectors, each times the root of its eigenvalue; negative ones count as none.
Eigen::MatrixXd root_of(const Eigen::MatrixXd& matrix) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix);
  const Eigen::VectorXd roots = solver.eigenvalues().cwiseMax(kLeastEigenvalue).cwiseSqrt();
  return solver.eigenvectors() * roots.asDiagonal();
}

}  // namespace

std::vector<std::vector<double>> shrunk_correlation(const TimesByRun& times) {
  if (times.empty() || times.front().empty()) return {};
  const size_t jobs = times.front().size();
  std::vector<std::vector<double>> scores;
  for (size_t job = 0; job < jobs; ++job) {
    std::vector<double> of_job;
    for (const std::vector<double>& run : times) of_job.push_back(run[job]);
    scores.push_back(normal_scores(of_job));
  }
  std::vector<std::vector<double>> result(jobs, std::vector<double>(jobs, 0.0));
  double variances = 0;
  double squares = 0;
  for (size_t a = 0; a < jobs; ++a) {
    result[a][a] = 1;
    for (size_t b = 0; b < a; ++b) {
      const Estimated estimated = correlation_of(scores[a], scores[b]);
      result[a][b] = result[b][a] = estimated.value;
      variances += estimated.variance;
      squares += estimated.value * estimated.value;
    }
  }
  const double kept = squares > 0 ? 1 - std::clamp(variances / squares, 0.0, 1.0) : 0;
  for (size_t a = 0; a < jobs; ++a) {
    for (size_t b = 0; b < jobs; ++b) result[a][b] *= a == b ? 1 : kept;
  }
  // Pairs that are seen in other runs each may contradict one another.
  const Eigen::MatrixXd root = root_of(matrix_of(result));
  Eigen::MatrixXd fixed = root * root.transpose();
  const Eigen::VectorXd scale = fixed.diagonal().cwiseSqrt().cwiseInverse();
  fixed = scale.asDiagonal() * fixed * scale.asDiagonal();
  return rows_of(fixed);
}

std::vector<std::vector<double>> factor_of(const std::vector<std::vector<double>>& correlation) {
  if (correlation.empty()) return {};
  return rows_of(root_of(matrix_of(correlation)));
}

}  // namespace dagsim::calibration
