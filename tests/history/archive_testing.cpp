#include "tests/history/archive_testing.h"

#include <stdexcept>

#include <zip.h>

namespace dagsim::history {

namespace {

void check(bool good) {
  if (!good) throw std::runtime_error("libzip can't write the zip of a test");
}

}  // namespace

std::string make_zip(const Files& files, const std::string& password) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  check(target != nullptr);
  zip_t* zip = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  check(zip != nullptr);
  zip_source_keep(target);
  for (const auto& [name, text] : files) {
    zip_source_t* source = zip_source_buffer(zip, text.data(), text.size(), 0);
    const zip_int64_t index = zip_file_add(zip, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    check(index >= 0);
    const auto entry = static_cast<zip_uint64_t>(index);
    if (!password.empty()) check(zip_file_set_encryption(zip, entry, ZIP_EM_TRAD_PKWARE, password.c_str()) == 0);
  }
  check(zip_close(zip) == 0);
  zip_stat_t stat;
  check(zip_source_stat(target, &stat) == 0);
  std::string bytes(stat.size, '\0');
  check(zip_source_open(target) == 0);
  check(zip_source_read(target, bytes.data(), bytes.size()) == static_cast<zip_int64_t>(bytes.size()));
  zip_source_close(target);
  zip_source_free(target);
  return bytes;
}

}  // namespace dagsim::history
