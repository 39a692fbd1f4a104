#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <covey/console/progress.hpp>
#include <memory>
#include <mutex>
#include <thread>

namespace covey::console {

namespace {

constexpr auto k_before_first = std::chrono::seconds(1);
constexpr auto k_between = std::chrono::milliseconds(200);
constexpr const char* k_clear_line = "\r\033[K";

void show(const std::string& text) {
  const auto written = ::write(STDERR_FILENO, text.data(), text.size());
  static_cast<void>(written);  // a terminal that is gone needs no progress
}

class ProgressLine {
 public:
  ProgressLine(std::string what, std::size_t total);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

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

ProgressLine::ProgressLine(std::string what, std::size_t total) : m_what(std::move(what)), m_total(total) {
  if (::isatty(STDERR_FILENO) != 0) m_thread = std::thread([this] { show_until_stopped(); });
}

ProgressLine::~ProgressLine() {
  if (!m_thread.joinable()) return;
  {
    const std::lock_guard lock(m_mutex);
    m_stopped = true;
  }
  m_stop.notify_one();
  m_thread.join();
}

std::string ProgressLine::line() const {
  return k_clear_line + ("covey: " + m_what) + " " + std::to_string(std::min(m_done.load(), m_total)) + " of " +
         std::to_string(m_total);
}

void ProgressLine::show_until_stopped() {
  std::unique_lock lock(m_mutex);
  bool is_shown = false;
  while (!m_stop.wait_for(lock, is_shown ? k_between : std::chrono::milliseconds(k_before_first),
                          [this] { return m_stopped; })) {
    show(line());
    is_shown = true;
  }
  if (is_shown) show(k_clear_line);
}

}  // namespace

base::OneDone show_progress(const std::string& what, std::size_t total) {
  auto line = std::make_shared<ProgressLine>(what, total);
  return [line] { line->add_one(); };
}

}  // namespace covey::console
