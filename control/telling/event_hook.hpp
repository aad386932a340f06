#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "config/calm_log.hpp"
#include "config/region/file_descriptor.hpp"

namespace ropewalk::control::telling {

/// Runs the operator's program for each event, one at a time, in a thread of its own: control never waits for it. The
/// program gets the event as a line of JSON by its standard input, and nothing of it is shown.
class EventHook {
public:
    static constexpr std::size_t most_waiting = 100;
    static constexpr std::uint64_t run_patience_ns = 10'000'000'000;  ///< then it is killed, with its process group

    /// Counts in `left_out` the events that the program was too slow for; it must outlive this.
    explicit EventHook(std::atomic<std::uint64_t>& left_out);
    /// Kills a program that runs; what waits is forgotten.
    ~EventHook();
    EventHook(const EventHook&) = delete;
    EventHook& operator=(const EventHook&) = delete;

    /// The program by its absolute path, and its arguments; empty: none is run any more.
    void configure(const std::vector<std::string>& command);

    /// Never waits.
    void offer(std::string json);

private:
    struct Job {
        std::vector<std::string> command;
        std::string json;
    };

    void serve();
    bool take(Job& job);
    /// What went wrong, in words; empty when nothing did.
    std::string run(const Job& job) const;
    std::string wait_for(int process) const;
    void tell(const std::string& outcome);
    void tell_left_out();
    void wake() const;

    std::atomic<std::uint64_t>& left_out_;
    const config::region::FileDescriptor wakeups_;  ///< eventfd
    std::atomic<bool> is_stopping_{false};
    std::mutex mutex_;  ///< of the three below
    std::vector<std::string> command_;
    std::deque<std::string> waiting_;
    std::uint64_t untold_left_out_ = 0;
    std::thread thread_;
    // The thread's own.
    std::string outcome_;
    config::CalmLog log_{config::CalmLog::longest_calm_ns};
};

}  // namespace ropewalk::control::telling
