#include "dataplane/channel/disk_thread.hpp"

#include <utility>

namespace ropewalk::dataplane::channel {

void DiskThread::add(std::function<void()> job) {
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
    }
    changed_.notify_one();
}

void DiskThread::finish() {
    {
        const std::lock_guard lock(mutex_);
        stage_ = Stage::finishing;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void DiskThread::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return !jobs_.empty() || stage_ == Stage::finishing; });
        if (jobs_.empty()) return;
        const std::function<void()> job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        job();
        lock.lock();
    }
}

}  // namespace ropewalk::dataplane::channel
