#include "workflow/token_rights.h"

#include <algorithm>
#include <array>
#include <optional>

namespace dagsim::workflow {

namespace {

struct Scope {
  std::string_view name;
  bool reads = true;
  bool writes = true;
};

constexpr std::array<Scope, 20> kScopes = {{{"actions"},
                                            {"artifact-metadata"},
                                            {"attestations"},
                                            {"checks"},
                                            {"code-quality"},
                                            {"contents"},
                                            {"copilot-requests", false, true},
                                            {"deployments"},
                                            {"discussions"},
                                            {"drives"},
                                            {"id-token", false, true},
                                            {"issues"},
                                            {"models", true, false},
                                            {"packages"},
                                            {"pages"},
                                            {"pull-requests"},
                                            {"repository-projects"},
                                            {"security-events"},
                                            {"statuses"},
                                            {"vulnerability-alerts", true, false}}};

std::optional<PermissionLevel> level_of(std::string_view text) {
  if (text == "none") return PermissionLevel::None;
  if (text == "read") return PermissionLevel::Read;
  if (text == "write") return PermissionLevel::Write;
  return std::nullopt;
}

/// What `level` for all scopes gives one of them.
PermissionLevel at_most(const Scope& scope, PermissionLevel level) {
  if (level == PermissionLevel::Write && !scope.writes) level = PermissionLevel::Read;
  if (level == PermissionLevel::Read && !scope.reads) level = PermissionLevel::None;
  return level;
}

void set(TokenRights& rights, const Scope& scope, PermissionLevel level) {
  if (level != PermissionLevel::None) rights.scopes.emplace(scope.name, level);
}

}  // namespace

PermissionLevel TokenRights::of(std::string_view scope) const {
  const auto found = scopes.find(std::string(scope));
  return found == scopes.end() ? PermissionLevel::None : found->second;
}

TokenRights token_rights(const Permissions& permissions) {
  TokenRights rights;
  if (permissions.all) {
    rights.where = permissions.all->where;
    const std::string& word = permissions.all->value;
    const PermissionLevel level = level_of(word.substr(0, word.find('-'))).value_or(PermissionLevel::None);
    for (const Scope& scope : kScopes) set(rights, scope, at_most(scope, level));
    return rights;
  }
  for (const Field& field : permissions.scopes) {
    const auto scope = std::ranges::find(kScopes, std::string_view(field.name.value), &Scope::name);
    const std::optional<PermissionLevel> level = level_of(field.value.value);
    if (scope != kScopes.end() && level) set(rights, *scope, *level);
  }
  if (permissions.scopes.empty()) return rights;
  const SourceRange& first = permissions.scopes.front().name.where;
  rights.where = {first.file, {first.range.begin, permissions.scopes.back().value.where.range.end}};
  return rights;
}

std::vector<Excess> excess(const TokenRights& asked, const TokenRights& allowed) {
  std::vector<Excess> result;
  for (const auto& [scope, level] : asked.scopes) {
    const PermissionLevel most = allowed.of(scope);
    if (level > most) result.push_back({scope, level, most});
  }
  return result;
}

std::string_view to_string(PermissionLevel level) {
  switch (level) {
    case PermissionLevel::None:
      return "none";
    case PermissionLevel::Read:
      return "read";
    case PermissionLevel::Write:
      break;
  }
  return "write";
}

}  // namespace dagsim::workflow
