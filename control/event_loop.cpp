#include "control/event_loop.hpp"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace ropewalk::control {

Result<EventLoop> EventLoop::make() {
    config::region::FileDescriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
    if (!epoll) return fail(fmt::format("cannot make an epoll descriptor: {}", std::strerror(errno)));
    return EventLoop(std::move(epoll));
}

void EventLoop::watch(int descriptor, std::uint32_t events, OnEvents on_events) {
    watchers_[descriptor] = std::make_shared<OnEvents>(std::move(on_events));
    epoll_event event{};
    event.events = events;
    event.data.fd = descriptor;
    ::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, descriptor, &event);
}

void EventLoop::change(int descriptor, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.fd = descriptor;
    ::epoll_ctl(epoll_.number(), EPOLL_CTL_MOD, descriptor, &event);
}

void EventLoop::forget(int descriptor) {
    ::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, descriptor, nullptr);
    watchers_.erase(descriptor);
}

void EventLoop::run() {
    std::array<epoll_event, 32> events;
    while (!stopping_) {
        const int count = ::epoll_wait(epoll_.number(), events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < count && !stopping_; ++i) {
            // A callback before this one may have forgotten it; holding it keeps it whole while it forgets itself.
            const auto found = watchers_.find(events[static_cast<std::size_t>(i)].data.fd);
            if (found == watchers_.end()) continue;
            const std::shared_ptr<OnEvents> watcher = found->second;
            (*watcher)(events[static_cast<std::size_t>(i)].events);
        }
    }
}

}  // namespace ropewalk::control
