#include <link.h>
#include <covey/base/version.hpp>
#include <covey/cli/build_identity.hpp>
#include <cstring>

namespace covey::cli {

namespace {

constexpr std::size_t align(std::size_t size) { return (size + 3) & ~std::size_t{3}; }

// The note NT_GNU_BUILD_ID of the notes in the segment.
std::string build_id_of(const char* notes, std::size_t size) {
  for (std::size_t at = 0; at + sizeof(ElfW(Nhdr)) <= size;) {
    ElfW(Nhdr) note;
    std::memcpy(&note, notes + at, sizeof note);
    const auto name = at + sizeof note;
    const auto content = name + align(note.n_namesz);
    const auto end = content + align(note.n_descsz);
    if (end > size) break;
    const bool is_build_id =
        note.n_type == NT_GNU_BUILD_ID && std::string_view(notes + name, note.n_namesz) == std::string_view("GNU\0", 4);
    if (is_build_id) return {notes + content, note.n_descsz};
    at = end;
  }
  return "";
}

// Called with the executable first, which is as far as this goes.
int visit(dl_phdr_info* object, std::size_t, void* found) {
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const auto& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const auto* notes = reinterpret_cast<const char*>(object->dlpi_addr + segment.p_vaddr);
    auto id = build_id_of(notes, segment.p_memsz);
    if (!id.empty()) *static_cast<std::string*>(found) = std::move(id);
  }
  return 1;
}

}  // namespace

std::string build_identity() {
  std::string id;
  dl_iterate_phdr(visit, &id);
  return std::string(base::k_version) + " " + id;
}

}  // namespace covey::cli
