#include <covey/forge/unified_diff.hpp>
#include <covey/model/moved_lines.hpp>
#include <cstdint>
#include "require.hpp"

namespace {

using namespace covey;

// As model/diff.hpp promises.
void check_file(const model::FileDiff& file) {
  require(!file.name().empty() && file.name()[0] != '/');
  require((file.kind == model::FileKind::added) == file.old_name.empty());
  require((file.kind == model::FileKind::deleted) == file.new_name.empty());
  int old_end = 0, shift = 0;
  for (const auto& change : file.changes) {
    require(!change.removed.empty() || !change.added.empty());
    require(change.old_start > old_end && change.new_start - change.old_start == shift);
    old_end = change.old_end();
    shift = change.new_end() - change.old_end();
    require(file.new_line_of(change.old_end()) == (file.is_binary ? 0 : change.new_end()));
  }
  require(file.changes.empty() || file.old_line_of(file.changes.back().new_end()) == old_end);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto read = forge::parse_unified_diff(text, "input");
  if (!read) {
    require(read.error().message().find('\n') == std::string::npos);
    return 0;
  }
  require(read->context.size() == read->diff.files.size());
  for (const auto& file : read->diff.files) check_file(file);
  const auto fresh = model::new_lines(read->diff, model::find_moved_lines(read->diff));
  for (std::size_t i = 0; i < fresh.size(); ++i) require(fresh[i].is_subset_of(read->diff.files[i].added_lines()));
  // It is no wonder if a diff does not apply to its own text.
  forge::check_applies(*read, [&](const std::string&) { return std::string(text); }).has_value();
  return 0;
}
