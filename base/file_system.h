// The disk behind an interface: what the library reads comes through here, so that tests run in memory.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace dagsim {

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  /// The whole content. \throws Error when it can't be read, with the path and the system's reason.
  virtual std::string read(const std::string& path) const = 0;
  /// The same piece by piece, for files that don't fit into memory, until `sink` returns false.
  virtual void read_pieces(const std::string& path, const std::function<bool(std::string_view)>& sink) const;
  virtual bool is_file(const std::string& path) const = 0;
  virtual bool is_directory(const std::string& path) const = 0;
  /// Names (not paths) of the entries of a directory, sorted by bytes. \throws Error when it can't be listed.
  virtual std::vector<std::string> list(const std::string& path) const = 0;
};

/// The real disk.
class DiskFileSystem final : public FileSystem {
 public:
  std::string read(const std::string& path) const override;
  void read_pieces(const std::string& path, const std::function<bool(std::string_view)>& sink) const override;
  bool is_file(const std::string& path) const override;
  bool is_directory(const std::string& path) const override;
  std::vector<std::string> list(const std::string& path) const override;
};

/// Files in memory; directories exist where files lie below them.
class MemoryFileSystem final : public FileSystem {
 public:
  void write(const std::string& path, std::string content);
  std::string read(const std::string& path) const override;
  bool is_file(const std::string& path) const override;
  bool is_directory(const std::string& path) const override;
  std::vector<std::string> list(const std::string& path) const override;

 private:
  std::map<std::string, std::string> files_;
};

/// Lexically joined and normalised: "a/b" + "../c" is "a/c"; an absolute second part wins.
std::string join_path(const std::string& base, const std::string& relative);
/// The directory part: "a/b.yaml" gives "a", "b.yaml" gives ".".
std::string parent_path(const std::string& path);

}  // namespace dagsim
