#include "config/region/instance_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace ropewalk::config::region {
namespace {

/// What the holder wrote; it may not have come to that yet.
std::string holder_of(const FileDescriptor& file) {
    std::array<char, 16> text{};
    const bool readable = ::pread(file.number(), text.data(), text.size() - 1, 0) > 0;
    const std::string digits(text.data(), readable ? std::strspn(text.data(), "0123456789") : 0);
    return digits.empty() ? "pid not known yet" : "pid " + digits;
}

tl::unexpected<Error> refuse(const std::string& path, int error) {
    const char* const advice = error == EACCES || error == EPERM ? "; run as root" : "";
    return fail(fmt::format("cannot make {}: {}{}", path, std::strerror(error), advice));
}

}  // namespace

Result<InstanceLock> InstanceLock::take(const std::string& gateway, Process process) {
    if (::mkdir(runtime_dir, 0755) != 0 && errno != EEXIST) return refuse(runtime_dir, errno);
    const char* const name = process == Process::control ? "control" : "dataplane";
    const std::string path = fmt::format("{}/{}.{}.lock", runtime_dir, gateway, name);
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644));
    if (!file) return refuse(path, errno);
    if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return refuse(path, errno);
        return fail(
            fmt::format("ropewalk-{} of gateway '{}' is running already ({}); stop it first, or give this "
                        "gateway another name",
                        name, gateway, holder_of(file)));
    }
    const std::string pid = fmt::format("{}\n", ::getpid());
    if (::ftruncate(file.number(), 0) != 0 ||
        ::pwrite(file.number(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
        return refuse(path, errno);
    }
    return InstanceLock(std::move(file));
}

}  // namespace ropewalk::config::region
