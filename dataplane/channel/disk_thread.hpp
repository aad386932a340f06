#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace ropewalk::dataplane::channel {

/// Does a job on the disk, now or later, each after the one before it.
using RunOnDisk = std::function<void(std::function<void()> job)>;

/// For tests, simulations and benchmarks: who asks waits for the disk.
inline void run_at_once(const std::function<void()>& job) {
    job();
}

/// A thread for what the disk may keep waiting, so that nobody else waits. It is no lcore: started by the main lcore,
/// it runs on that one's processors.
class DiskThread {
public:
    DiskThread() : thread_([this] { work(); }) {}
    /// As finish().
    ~DiskThread() { finish(); }
    DiskThread(const DiskThread&) = delete;
    DiskThread& operator=(const DiskThread&) = delete;

    /// Returns at once, however long the disk takes.
    void add(std::function<void()> job);

    /// Returns when every job is done; none may be added any more.
    void finish();

private:
    void work();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> jobs_;
    enum class Stage : std::uint8_t { working, finishing } stage_ = Stage::working;
    std::thread thread_;  // last: it uses the others
};

}  // namespace ropewalk::dataplane::channel
