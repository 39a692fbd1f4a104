// Says on a terminal how far long work is.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>

namespace covey::cli {

// While it lives, one line on standard error, "covey: analysing 120 of 4500", from when the work has taken a second;
// nothing at all where that is no terminal. The line is gone before anything else is printed, for then the work is
// over.
class Progress {
 public:
  // `what` is done to `total` things, one or more.
  Progress(std::string what, std::size_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Any thread may say that one more is done; more than there are count for no more.
  void add_one() { ++m_done; }

 private:
  void show_until_stopped();
  std::string line() const;

  std::string m_what;
  std::size_t m_total;
  std::atomic<std::size_t> m_done{0};
  std::mutex m_mutex;
  std::condition_variable m_stop;
  bool m_stopped = false;
  std::thread m_thread;
};

}  // namespace covey::cli
