#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

#include "config/region/file_descriptor.hpp"
#include "config/result.hpp"

namespace ropewalk::control {

/// Waits for file descriptors and calls who watches them; everything in control happens on its one thread.
class EventLoop {
public:
    /// Gets the epoll(7) events that came.
    using OnEvents = std::function<void(std::uint32_t)>;

    static Result<EventLoop> make();

    /// Calls `on_events` whenever one of `events` (EPOLLIN, ...) holds. The descriptor stays the caller's.
    void watch(int descriptor, std::uint32_t events, OnEvents on_events);
    void change(int descriptor, std::uint32_t events);
    /// May be called from within any callback, the descriptor's own too.
    void forget(int descriptor);

    void run();
    /// Makes run() return after the present callback.
    void stop() { stopping_ = true; }

private:
    explicit EventLoop(config::region::FileDescriptor epoll) : epoll_(std::move(epoll)) {}

    config::region::FileDescriptor epoll_;
    std::unordered_map<int, std::shared_ptr<OnEvents>> watchers_;
    bool stopping_ = false;
};

}  // namespace ropewalk::control
