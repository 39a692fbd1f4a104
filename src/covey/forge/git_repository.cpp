#include <git2.h>
#include <covey/base/printable.hpp>
#include <covey/forge/git_repository.hpp>
#include <covey/forge/libgit2_offline.hpp>
#include <covey/forge/similarity.hpp>
#include <new>
#include <string_view>
#include <utility>

namespace covey::forge {

namespace {

using base::ErrorKind;

// Owns what libgit2 gives out, and frees it by its own function.
template <class T, void (*Free)(T*)>
class Owned {
 public:
  Owned() = default;
  Owned(Owned&& other) noexcept : m_held(std::exchange(other.m_held, nullptr)) {}
  Owned& operator=(Owned&& other) noexcept {
    std::swap(m_held, other.m_held);
    return *this;
  }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() { Free(m_held); }

  T* get() const { return m_held; }
  T** out() { return &m_held; }  // once, for a function that puts something there

 private:
  T* m_held = nullptr;
};

using OwnedRepository = Owned<git_repository, git_repository_free>;
using OwnedObject = Owned<git_object, git_object_free>;
using OwnedTree = Owned<git_tree, git_tree_free>;
using OwnedEntry = Owned<git_tree_entry, git_tree_entry_free>;
using OwnedOdb = Owned<git_odb, git_odb_free>;
using OwnedBlob = Owned<git_blob, git_blob_free>;
using OwnedDiff = Owned<git_diff, git_diff_free>;
using OwnedIndex = Owned<git_index, git_index_free>;
using OwnedPatch = Owned<git_patch, git_patch_free>;

// Starts libgit2, once a process: with no configuration but the repository's, whoever owns that, and with what git may
// write into a repository without changing how its objects are read. Without these last, a sparse checkout of
// actions/checkout could not be opened.
void start_library() {
  static const bool k_started = [] {
    keep_libgit2_offline();
    git_libgit2_init();
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    for (int level :
         {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL})
      git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
    const char* extensions[] = {"worktreeconfig", "partialclone", "preciousobjects", "relativeworktrees"};
    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, std::size(extensions));
    return true;
  }();
  static_cast<void>(k_started);
}

// What libgit2 says of the last failure, in one line.
std::string last_words() {
  const auto* error = git_error_last();
  std::string words = error != nullptr && error->message != nullptr ? error->message : "libgit2 gave no reason";
  return base::harmless(words.substr(0, words.find('\n')));
}

tl::unexpected<base::Error> fail_git(const std::string& where) {
  return base::fail(ErrorKind::format, where, last_words());
}

std::string hex(const git_oid& id) {
  std::string digits(GIT_OID_HEXSZ, '0');
  git_oid_fmt(digits.data(), &id);
  return digits;
}

bool has_source(const git_diff_file& file) {
  return file.mode == GIT_FILEMODE_BLOB || file.mode == GIT_FILEMODE_BLOB_EXECUTABLE;
}

// Similarity as git measures it; libgit2's own samples bytes, and sees no renames of files of a few lines.
int pieces_of_bytes(void** out, const git_diff_file*, const char* bytes, std::size_t size, void*) {
  *out = new (std::nothrow) Pieces({bytes, size});
  return *out == nullptr ? -1 : 0;
}
int pieces_of_file(void** out, const git_diff_file* file, const char* path, void* unused) {
  auto text = base::read_file(path, base::k_source_limit);
  return text ? pieces_of_bytes(out, file, text->data(), text->size(), unused) : GIT_EBUFS;  // nothing to compare
}
void free_pieces(void* pieces, void*) { delete static_cast<Pieces*>(pieces); }
int compare_pieces(int* score, void* one, void* other, void*) {
  *score = similarity(*static_cast<Pieces*>(one), *static_cast<Pieces*>(other));
  return 0;
}

base::Result<void> find_renames(git_diff* diff) {
  git_diff_similarity_metric metric{pieces_of_file, pieces_of_bytes, free_pieces, compare_pieces, nullptr};
  git_diff_find_options options;
  git_diff_find_options_init(&options, GIT_DIFF_FIND_OPTIONS_VERSION);
  options.flags = GIT_DIFF_FIND_RENAMES;
  options.metric = &metric;
  if (git_diff_find_similar(diff, &options) < 0) return fail_git("");
  return {};
}

git_diff_options diff_options() {
  git_diff_options options;
  git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
  options.flags = GIT_DIFF_IGNORE_SUBMODULES | GIT_DIFF_INDENT_HEURISTIC;
  options.context_lines = 0;
  options.max_size = static_cast<git_off_t>(base::k_source_limit);
  return options;
}

// Passes over files that a sparse checkout leaves out of the working tree, which libgit2 takes for deleted.
int skip_sparse(const git_diff*, const git_diff_delta* delta, const char*, void* index) {
  if (delta->status != GIT_DELTA_DELETED) return 0;
  const auto* entry = git_index_get_bypath(static_cast<git_index*>(index), delta->old_file.path, 0);
  return entry != nullptr && (entry->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0 ? 1 : 0;
}

std::string line_text(const git_diff_line& line) {
  std::string_view text(line.content, line.content_len);
  if (text.ends_with('\n')) text.remove_suffix(1);
  return std::string(text);
}

// One hunk, which without context is one change.
base::Result<model::Change> change_of(git_patch* patch, std::size_t number) {
  const git_diff_hunk* hunk = nullptr;
  std::size_t n_lines = 0;
  if (git_patch_get_hunk(&hunk, &n_lines, patch, number) < 0) return fail_git("");
  model::Change change;
  // Of no lines a side names the line before.
  change.old_start = hunk->old_start + (hunk->old_lines == 0 ? 1 : 0);
  change.new_start = hunk->new_start + (hunk->new_lines == 0 ? 1 : 0);
  for (std::size_t i = 0; i < n_lines; ++i) {
    const git_diff_line* line = nullptr;
    if (git_patch_get_line_in_hunk(&line, patch, number, i) < 0) return fail_git("");
    if (line->origin == GIT_DIFF_LINE_DELETION) change.removed.push_back(line_text(*line));
    if (line->origin == GIT_DIFF_LINE_ADDITION) change.added.push_back(line_text(*line));
  }
  return change;
}

model::FileKind kind_of(git_delta_t status) {
  switch (status) {
    case GIT_DELTA_ADDED:
      return model::FileKind::added;
    case GIT_DELTA_DELETED:
      return model::FileKind::deleted;
    case GIT_DELTA_RENAMED:
      return model::FileKind::renamed;
    default:
      return model::FileKind::modified;
  }
}

// Adds what happened to one file, if anything did.
base::Result<void> add_file(git_diff* raw, std::size_t number, model::Diff& diff) {
  const auto* delta = git_diff_get_delta(raw, number);
  model::FileDiff file{kind_of(delta->status), "", ""};
  const bool has_old = file.kind != model::FileKind::added, has_new = file.kind != model::FileKind::deleted;
  if ((has_old && !has_source(delta->old_file)) || (has_new && !has_source(delta->new_file))) return {};
  if (has_old) file.old_name = delta->old_file.path;
  if (has_new) file.new_name = delta->new_file.path;
  OwnedPatch patch;
  if (git_patch_from_diff(patch.out(), raw, number) < 0) return fail_git(base::harmless(file.name()));
  if (patch.get() != nullptr) {
    file.is_binary = (git_patch_get_delta(patch.get())->flags & GIT_DIFF_FLAG_BINARY) != 0;
    for (std::size_t i = 0; !file.is_binary && i < git_patch_num_hunks(patch.get()); ++i) {
      auto change = change_of(patch.get(), i);
      if (!change) return tl::unexpected(change.error());
      file.changes.push_back(std::move(*change));
    }
  }
  // A mode, or a time that the index did not know of.
  const bool same_bytes = git_oid_equal(&delta->old_file.id, &delta->new_file.id) != 0;
  const bool is_changed = !file.changes.empty() || (file.is_binary && !same_bytes);
  if (is_changed || file.kind != model::FileKind::modified) diff.files.push_back(std::move(file));
  return {};
}

base::Result<model::Diff> to_model(git_diff* raw) {
  if (auto renames = find_renames(raw); !renames) return tl::unexpected(renames.error());
  model::Diff diff;
  for (std::size_t i = 0; i < git_diff_num_deltas(raw); ++i)
    if (auto added = add_file(raw, i, diff); !added) return tl::unexpected(added.error());
  diff.sort();
  return diff;
}

}  // namespace

struct GitRepository::Opened {
  OwnedRepository repository;
  std::string directory;  // that it was looked for in, for messages
  std::string root;

  bool is_shallow() const { return git_repository_is_shallow(repository.get()) == 1; }

  // " (shallow clone: …)" for an error that more history may mend; else empty.
  std::string shallow_advice() const {
    return is_shallow() ? " (shallow clone: fetch more, with fetch-depth: 0 or git fetch --unshallow, or give the diff)"
                        : "";
  }

  base::Result<OwnedObject> commit(const std::string& revision) const {
    const auto shown = base::harmless(revision);
    OwnedObject found, commit;
    const bool is_text = !revision.empty() && revision.find('\0') == revision.npos;
    const int status =
        is_text ? git_revparse_single(found.out(), repository.get(), revision.c_str()) : GIT_EINVALIDSPEC;
    if (status == GIT_EAMBIGUOUS) return base::fail(ErrorKind::usage, shown, "names more than one object");
    if (status < 0) {
      if (git_repository_head_unborn(repository.get()) == 1)
        return base::fail(ErrorKind::not_found, shown, "no such revision: the repository has no commit yet");
      return base::fail(ErrorKind::not_found, shown, "no such revision" + shallow_advice());
    }
    if (git_object_peel(commit.out(), found.get(), GIT_OBJECT_COMMIT) < 0)
      return base::fail(ErrorKind::usage, shown, "is no commit");
    return commit;
  }

  base::Result<OwnedTree> tree(const std::string& revision) const {
    auto found = commit(revision);
    if (!found) return tl::unexpected(found.error());
    OwnedTree owned;
    if (git_commit_tree(owned.out(), reinterpret_cast<git_commit*>(found->get())) < 0) {
      auto words = last_words();  // which the next call to libgit2 would take away
      return base::fail(ErrorKind::format, base::harmless(revision), std::move(words) + shallow_advice());
    }
    return owned;
  }
};

GitRepository::GitRepository(std::unique_ptr<Opened> opened) : m_opened(std::move(opened)) {}
GitRepository::GitRepository(GitRepository&&) noexcept = default;
GitRepository& GitRepository::operator=(GitRepository&&) noexcept = default;
GitRepository::~GitRepository() = default;

base::Result<GitRepository> GitRepository::open(const std::string& directory) {
  start_library();
  auto opened = std::make_unique<Opened>();
  opened->directory = directory;
  const int status =
      git_repository_open_ext(opened->repository.out(), directory.c_str(), GIT_REPOSITORY_OPEN_CROSS_FS, nullptr);
  if (status == GIT_ENOTFOUND) return base::fail(ErrorKind::not_found, directory, "lies in no git repository");
  if (status < 0) {
    auto words = last_words();
    if (words.find("extensions.objectformat") != words.npos)
      words = "its objects are named by SHA-256, which cannot be read yet: give the diff";
    return base::fail(ErrorKind::format, directory, std::move(words));
  }
  if (const char* root = git_repository_workdir(opened->repository.get())) opened->root = root;
  while (opened->root.size() > 1 && opened->root.ends_with('/')) opened->root.pop_back();
  return GitRepository(std::move(opened));
}

const std::string& GitRepository::root() const { return m_opened->root; }

bool GitRepository::is_shallow() const { return m_opened->is_shallow(); }

base::Result<std::string> GitRepository::resolve(const std::string& revision) const {
  auto commit = m_opened->commit(revision);
  if (!commit) return tl::unexpected(commit.error());
  return hex(*git_object_id(commit->get()));
}

base::Result<std::string> GitRepository::merge_base(const std::string& one, const std::string& other) const {
  auto left = m_opened->commit(one);
  if (!left) return tl::unexpected(left.error());
  auto right = m_opened->commit(other);
  if (!right) return tl::unexpected(right.error());
  git_oid base;
  const int status =
      git_merge_base(&base, m_opened->repository.get(), git_object_id(left->get()), git_object_id(right->get()));
  if (status < 0) {
    // Where history is cut off libgit2 misses a parent, and there is nothing else that it could miss.
    const auto where = base::harmless(one) + " and " + base::harmless(other);
    if (status != GIT_ENOTFOUND && !is_shallow()) return fail_git(where);
    return base::fail(ErrorKind::not_found, where, "no commit in common" + m_opened->shallow_advice());
  }
  return hex(base);
}

base::Result<std::string> GitRepository::text_at(const std::string& revision, const std::string& path,
                                                 std::size_t limit) const {
  auto tree = m_opened->tree(revision);
  if (!tree) return tl::unexpected(tree.error());
  const auto where = base::harmless(revision + ":" + path);
  OwnedEntry entry;
  if (git_tree_entry_bypath(entry.out(), tree->get(), path.c_str()) < 0)
    return base::fail(ErrorKind::not_found, where, "no such file");
  const auto mode = git_tree_entry_filemode(entry.get());
  if (mode != GIT_FILEMODE_BLOB && mode != GIT_FILEMODE_BLOB_EXECUTABLE)
    return base::fail(ErrorKind::usage, where, "not a regular file");
  // The size first: it costs no more memory than the file has when it was packed.
  OwnedOdb odb;
  OwnedBlob blob;
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  const auto* id = git_tree_entry_id(entry.get());
  if (git_repository_odb(odb.out(), m_opened->repository.get()) < 0 ||
      git_odb_read_header(&size, &type, odb.get(), id) < 0)
    return fail_git(where);
  if (size > limit) return base::fail(ErrorKind::too_large, where, "more than " + std::to_string(limit) + " bytes");
  if (git_blob_lookup(blob.out(), m_opened->repository.get(), id) < 0) return fail_git(where);
  return std::string(static_cast<const char*>(git_blob_rawcontent(blob.get())), size);
}

base::Result<model::Diff> GitRepository::diff(const std::string& old_revision, const std::string& new_revision) const {
  auto old_tree = m_opened->tree(old_revision);
  if (!old_tree) return tl::unexpected(old_tree.error());
  auto new_tree = m_opened->tree(new_revision);
  if (!new_tree) return tl::unexpected(new_tree.error());
  OwnedDiff raw;
  const auto options = diff_options();
  if (git_diff_tree_to_tree(raw.out(), m_opened->repository.get(), old_tree->get(), new_tree->get(), &options) < 0)
    return fail_git(m_opened->directory);
  return to_model(raw.get());
}

base::Result<model::Diff> GitRepository::diff_to_working_tree(const std::string& old_revision) const {
  if (root().empty()) return base::fail(ErrorKind::usage, m_opened->directory, "a bare repository has no working tree");
  auto old_tree = m_opened->tree(old_revision);
  if (!old_tree) return tl::unexpected(old_tree.error());
  OwnedIndex index;
  if (git_repository_index(index.out(), m_opened->repository.get()) < 0) return fail_git(m_opened->directory);
  OwnedDiff raw;
  auto options = diff_options();
  options.notify_cb = skip_sparse;
  options.payload = index.get();
  if (git_diff_tree_to_workdir_with_index(raw.out(), m_opened->repository.get(), old_tree->get(), &options) < 0)
    return fail_git(m_opened->directory);
  return to_model(raw.get());
}

}  // namespace covey::forge
