// Names of artifacts, and the globs and half-known names that mean some of them.
#pragma once

#include <string>
#include <string_view>

namespace dagsim::model {

/// Whether a download (`wanted`: a name, or a glob with `*`, `?`, `[…]`, `{a,b}` and a leading `!`) may take what an
/// upload makes. A `${{ }}` in either stands for any text, since only a run knows it. Case-sensitive, as GitHub is.
bool may_take(std::string_view wanted, std::string_view made);

/// Whether a text holds no `${{ }}`: it is known before the run.
bool is_known_name(std::string_view name);

/// Whether a download names one artifact: no glob, nothing unknown.
bool is_one_name(std::string_view wanted);

}  // namespace dagsim::model
