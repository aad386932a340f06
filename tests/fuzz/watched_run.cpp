#include "tests/fuzz/watched_run.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <stdexcept>

namespace ropewalk::tests::fuzz {

struct InputInWork::Shared {
    std::atomic<std::uint64_t> number;
    std::uint64_t size;
    std::array<std::uint8_t, 1U << 20> bytes;
};

InputInWork::InputInWork() {
    void* const memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("no memory to share");
    shared_ = static_cast<Shared*>(memory);
}

InputInWork::~InputInWork() {
    ::munmap(shared_, sizeof(Shared));
}

void InputInWork::begin(const packets::Bytes& input) {
    shared_->size = std::min(input.size(), shared_->bytes.size());
    std::copy_n(input.begin(), shared_->size, shared_->bytes.begin());
    shared_->number.fetch_add(1);
}

std::uint64_t InputInWork::number() const {
    return shared_->number.load();
}

packets::Bytes InputInWork::input() const {
    return {shared_->bytes.begin(), shared_->bytes.begin() + static_cast<std::ptrdiff_t>(shared_->size)};
}

namespace {

Ending ending_of(int status) {
    if (WIFEXITED(status)) {
        const int code = WEXITSTATUS(status);
        return {code == 0, "ended with status " + std::to_string(code)};
    }
    return {false, "killed by signal " + std::to_string(WTERMSIG(status))};
}

}  // namespace

Ending run_watched(const InputInWork& work, unsigned patience_s, const std::function<void()>& run) {
    sigset_t child_ends;
    sigemptyset(&child_ends);
    sigaddset(&child_ends, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &child_ends, nullptr);
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("fork failed");
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::sigprocmask(SIG_UNBLOCK, &child_ends, nullptr);
        run();
        std::exit(0);  // by way of the leak sanitizer
    }
    const timespec patience{static_cast<time_t>(patience_s), 0};
    for (std::uint64_t seen = work.number();;) {
        const bool woken = ::sigtimedwait(&child_ends, nullptr, &patience) == SIGCHLD;
        int status = 0;
        if (::waitpid(child, &status, WNOHANG) == child) return ending_of(status);
        if (woken || work.number() != seen) {
            seen = work.number();
            continue;
        }
        ::kill(child, SIGABRT);
        ::waitpid(child, &status, 0);
        return {false, "still at it after " + std::to_string(patience_s) + " s"};
    }
}

}  // namespace ropewalk::tests::fuzz
