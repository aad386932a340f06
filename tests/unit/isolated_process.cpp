#include "tests/unit/isolated_process.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace ropewalk::tests::unit {
namespace {

constexpr int cannot_isolate = 77;

bool isolate(const char* mount_point, const char* options, unsigned long flags) {
    if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
    return ::mount("tmpfs", mount_point, "tmpfs", flags, options) == 0;
}

}  // namespace

std::optional<std::string> run_on_fresh_tmpfs(const char* mount_point, const char* options, unsigned long flags,
                                              const std::function<std::string()>& body) {
    std::array<int, 2> channel{};
    if (::pipe2(channel.data(), O_CLOEXEC) != 0) return std::nullopt;
    const pid_t child = ::fork();
    if (child == 0) {
        if (!isolate(mount_point, options, flags)) ::_exit(cannot_isolate);
        const std::string text = body();
        const bool sent = ::write(channel[1], text.data(), text.size()) == static_cast<ssize_t>(text.size());
        ::_exit(sent ? 0 : 1);
    }
    ::close(channel[1]);
    std::string text;
    std::array<char, 4096> part{};
    for (ssize_t size = 0; (size = ::read(channel[0], part.data(), part.size())) > 0;) {
        text.append(part.data(), static_cast<std::size_t>(size));
    }
    ::close(channel[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == cannot_isolate) return std::nullopt;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? text : "the child process died: " + text;
}

}  // namespace ropewalk::tests::unit
