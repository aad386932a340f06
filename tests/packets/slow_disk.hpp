#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <utility>

namespace ropewalk::tests::packets {

/// A disk that does nothing until it is told to.
class SlowDisk {
public:
    /// What the registry is given as its disk.
    std::function<void(std::function<void()>)> runner() {
        return [this](std::function<void()> job) { jobs_.push_back(std::move(job)); };
    }
    std::size_t waiting() const { return jobs_.size(); }

    /// Does what waits.
    void catch_up() {
        for (auto& job : std::exchange(jobs_, {})) job();
    }

private:
    std::deque<std::function<void()>> jobs_;
};

}  // namespace ropewalk::tests::packets
