// Many shards as one: every record's points united, nothing interpreted.
#pragma once

#include <covey/base/result.hpp>
#include <covey/shard/context_log.hpp>
#include <covey/shard/layout.hpp>
#include <covey/shard/reader.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace covey::shard {

// A value. Uniting is commutative and associative but for the order of files and records, which no reader looks at, and
// memory grows with what there is to know, not with the number of shards.
class Union {
 public:
  // What is on its way to a file's new name; asked once a file.
  using MapPath = std::function<std::string(const std::string& path)>;

  struct Written {
    std::string directory;  // made where missing
    std::string run_id;
    std::vector<std::pair<std::string, std::string>> process;  // facts that each shard gets besides those it has
  };

  // A source by everything that a shard's file record says of it.
  struct Source {
    std::string path;
    std::string module;
    base::Digest128 digest;
    std::uint32_t flags = 0;   // FileFlags
    std::uint32_t python = 0;  // PY_VERSION_HEX

    friend bool operator==(const Source&, const Source&) = default;
  };

  // Unites all that the shard, or the other union, says.
  void add(const Shard& shard);
  void add(const Union& other);

  bool empty() const { return m_groups.empty(); }  // whether no shard was added
  // Whether some of it measured branches and some lines alone.
  bool is_mixed() const;
  // Whether some of it measured branches.
  bool has_branches() const;
  // In no particular order; one may be there repeatedly.
  std::vector<Source> sources() const;

  // Writes one shard for each CPython version, with the files' names mapped. Fails where one cannot be written.
  base::Result<void> write(const Written& to, const MapPath& map_path) const;

 private:
  // The facts `measures` of what ran.
  std::set<std::string> measured() const;

  // What makes two code records one.
  struct CodeKey {
    std::uint32_t first_line = 0;
    std::uint32_t n_points = 0;
    std::int32_t def_line = 0;

    friend auto operator<=>(const CodeKey&, const CodeKey&) = default;
  };
  struct Code {
    CodeKey key;
    std::size_t at = 0;  // of its points in File::points
  };
  using Trails = std::set<std::tuple<RecordType, int, std::vector<int>>>;  // from, lines
  // What a file ran in one dynamic context.
  struct InContext {
    std::map<CodeKey, std::vector<std::uint8_t>> points;
    Trails trails;

    void add(const CodeKey& key, int line, std::uint8_t bits);
    void add(const InContext& other);
  };
  struct File {
    Source source;
    std::vector<Code> codes;
    std::vector<std::uint8_t> points;
    std::map<CodeKey, std::size_t> by_key;  // into `codes`
    Trails trails;
    std::map<std::string, InContext, std::less<>> contexts;  // by name

    // `hint` is where the record is looked for first, and set to what follows it: processes run much the same code
    // in much the same order.
    void unite(const CodeKey& key, const std::uint8_t* points, std::size_t& hint);
    base::Result<void> write(Writer& writer, std::uint32_t id, ContextLog& log,
                             std::map<std::string, std::uint32_t, std::less<>>& contexts) const;
  };
  // What shards must share to be one.
  struct Kind {
    std::uint32_t python = 0;
    std::string measures;  // the facts of these names
    std::string context;

    friend auto operator<=>(const Kind&, const Kind&) = default;
  };
  struct Group {
    std::string executable;  // the least by name
    std::string incomplete;  // the first reason that something is missing
    std::vector<File> files;
    std::unordered_map<std::string, std::vector<std::size_t>> by_path;

    std::size_t file(const Source& source);
    void note(std::string_view executable, std::string_view incomplete);
    base::Result<void> write(const Kind& kind, const Written& to, const MapPath& map_path) const;
  };

  std::map<Kind, Group> m_groups;
};

struct UnitedShards {
  Union data;
  int n_shards = 0;                     // that could be read
  std::vector<base::Error> damaged;     // shards that could not be read, or not to their end; by path
  std::vector<base::Error> incomplete;  // shards whose process said that something is missing; by path
};

// Reads and unites the shards on `jobs` threads (1 or more). One that cannot be read is told in `damaged` and the
// others are still read.
UnitedShards unite_shards(const std::vector<std::string>& paths, int jobs);

}  // namespace covey::shard
