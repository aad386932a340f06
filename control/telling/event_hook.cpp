#include "control/telling/event_hook.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
extern "C" {  // whose declarations have none in glibc 2.36
#include <sys/pidfd.h>
}
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "config/region/clocks.hpp"
#include "config/region/trust.hpp"

namespace ropewalk::control::telling {

using config::region::FileDescriptor;
using config::region::monotonic_ns;

namespace {

constexpr int idle_look_ms = 1000;

/// It runs with our rights: so nobody else may have a say in what it is. Empty when nobody has.
std::string misgiving_about_program(const std::string& path) {
    struct stat file {
    }, folder{};
    if (::stat(path.c_str(), &file) != 0) return fmt::format("{}: {}", path, std::strerror(errno));
    if (!S_ISREG(file.st_mode)) return fmt::format("{} is not an ordinary file", path);
    if (!config::region::is_written_by_us(file))
        return fmt::format(
            "{} belongs to {} and has mode {:04o}, so others can change it; chown root {} and chmod go-w {}", path,
            config::region::owner_of(file), file.st_mode & 07777, path, path);
    const std::string parent = std::filesystem::path(path).parent_path();
    if (::stat(parent.c_str(), &folder) != 0) return fmt::format("{}: {}", parent, std::strerror(errno));
    return config::region::misgiving_about_folder(folder, parent);
}

/// The end of a pipe in which the text stands already; the other one is closed.
FileDescriptor pipe_with(const std::string& text) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return FileDescriptor();
    FileDescriptor reading(ends[0]);
    const FileDescriptor writing(ends[1]);
    // An event is far smaller than any pipe.
    ::fcntl(writing.number(), F_SETFL, O_NONBLOCK);
    if (::write(writing.number(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        return FileDescriptor();
    return reading;
}

/// Starts the program in a process group of its own, with no signal blocked or ignored; returns 0 or an errno value.
int start(const std::vector<std::string>& command, int input, pid_t& process) {
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    for (const int output : {STDOUT_FILENO, STDERR_FILENO})
        ::posix_spawn_file_actions_addopen(&files, output, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    std::vector<char*> words;
    for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    const int error = ::posix_spawn(&process, command.front().c_str(), &files, &attributes, words.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&files);
    return error;
}

std::string end_text(const siginfo_t& end) {
    if (end.si_code != CLD_EXITED) return fmt::format("was ended by signal {}", end.si_status);
    return end.si_status == 0 ? std::string() : fmt::format("ended with status {}", end.si_status);
}

}  // namespace

EventHook::EventHook(std::atomic<std::uint64_t>& left_out)
    : left_out_(left_out), wakeups_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

EventHook::~EventHook() {
    if (!thread_.joinable()) return;
    is_stopping_ = true;
    wake();
    thread_.join();
}

void EventHook::configure(const std::vector<std::string>& command) {
    {
        const std::lock_guard lock(mutex_);
        command_ = command;
        if (command_.empty()) waiting_.clear();
    }
    if (!command.empty() && !thread_.joinable()) thread_ = std::thread([this] { serve(); });
}

void EventHook::offer(std::string json) {
    {
        const std::lock_guard lock(mutex_);
        if (command_.empty()) return;
        if (waiting_.size() == most_waiting) {
            ++left_out_;
            ++untold_left_out_;
            return;
        }
        waiting_.push_back(std::move(json));
    }
    wake();
}

void EventHook::wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wakeups_.number(), &one, sizeof one);
}

void EventHook::serve() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
    while (!is_stopping_) {
        if (Job job; take(job)) {
            outcome_ = run(job);
        } else {
            tell_left_out();
            pollfd polled{wakeups_.number(), POLLIN, 0};
            ::poll(&polled, 1, log_.told().empty() ? -1 : idle_look_ms);
            std::uint64_t wakeups = 0;
            [[maybe_unused]] const auto drained = ::read(wakeups_.number(), &wakeups, sizeof wakeups);
        }
        if (!is_stopping_) tell(outcome_);
    }
}

bool EventHook::take(Job& job) {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) return false;
    job = {command_, std::move(waiting_.front())};
    waiting_.pop_front();
    return true;
}

std::string EventHook::run(const Job& job) const {
    const std::string& program = job.command.front();
    if (std::string misgiving = misgiving_about_program(program); !misgiving.empty()) return misgiving;
    const FileDescriptor input = pipe_with(job.json + "\n");
    if (!input) return fmt::format("{} gets no event: {}", program, std::strerror(errno));
    pid_t process = 0;
    if (const int error = start(job.command, input.number(), process))
        return fmt::format("{} cannot be started: {}", program, std::strerror(error));
    const std::string end = wait_for(process);
    return end.empty() ? end : fmt::format("{} {}", program, end);
}

std::string EventHook::wait_for(int process) const {
    const FileDescriptor its_end(::pidfd_open(process, 0));
    const std::uint64_t deadline_ns = monotonic_ns() + run_patience_ns;
    bool has_ended = false;
    while (!has_ended && !is_stopping_) {
        const std::uint64_t now_ns = monotonic_ns();
        if (now_ns >= deadline_ns) break;
        std::array<pollfd, 2> polled{{{its_end.number(), POLLIN, 0}, {wakeups_.number(), POLLIN, 0}}};
        ::poll(polled.data(), polled.size(), static_cast<int>((deadline_ns - now_ns) / 1'000'000 + 1));
        has_ended = (polled[0].revents & POLLIN) != 0;
        std::uint64_t wakeups = 0;
        [[maybe_unused]] const auto drained = ::read(wakeups_.number(), &wakeups, sizeof wakeups);
    }
    if (!has_ended) ::kill(-process, SIGKILL);
    siginfo_t end{};
    ::waitid(P_PID, static_cast<id_t>(process), &end, WEXITED);
    if (has_ended) return end_text(end);
    return fmt::format("was killed: it ran for more than {} s", run_patience_ns / 1'000'000'000);
}

void EventHook::tell(const std::string& outcome) {
    if (!log_.is_news(outcome, monotonic_ns())) return;
    if (outcome.empty())
        spdlog::info("events.hook works again");
    else
        spdlog::error("events.hook: {}; the next events are given to it all the same", outcome);
}

void EventHook::tell_left_out() {
    std::uint64_t count = 0;
    {
        const std::lock_guard lock(mutex_);
        count = std::exchange(untold_left_out_, 0);
    }
    if (count != 0) spdlog::warn("events.hook was too slow: {} events were left out", count);
}

}  // namespace ropewalk::control::telling
