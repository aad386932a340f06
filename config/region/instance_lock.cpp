#include "config/region/instance_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

#include "config/region/trust.hpp"

namespace ropewalk::config::region {
namespace {

constexpr int lock_file_flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;

/// What the holder wrote; 0 when it has not come to that yet.
std::uint64_t pid_in(const FileDescriptor& file) {
    std::array<char, 16> text{};
    return ::pread(file.number(), text.data(), text.size() - 1, 0) > 0 ? std::strtoull(text.data(), nullptr, 10) : 0;
}

tl::unexpected<Error> refuse(const std::string& path, int error) {
    const char* const advice = error == EACCES || error == EPERM                     ? "; run as root"
                               : error == ELOOP || error == EISDIR || error == ENXIO ? "; it is no lock file: remove it"
                                                                                     : "";
    return fail(fmt::format("cannot make {}: {}{}", path, std::strerror(error), advice));
}

/// The file that now has the name is the one that we opened.
bool still_has_its_name(const struct stat& opened, const std::string& path) {
    struct stat named {};
    return ::lstat(path.c_str(), &named) == 0 && named.st_ino == opened.st_ino && named.st_dev == opened.st_dev;
}

Result<void> write_pid(const FileDescriptor& file, const std::string& path) {
    const std::string pid = fmt::format("{}\n", ::getpid());
    if (::ftruncate(file.number(), 0) != 0 ||
        ::pwrite(file.number(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size()))
        return refuse(path, errno);
    return {};
}

/// Puts a file that nobody else can have opened, locked by us, in the place of the old one.
Result<FileDescriptor> replace(const std::string& path) {
    const std::string fresh = path + ".new";
    ::unlink(fresh.c_str());
    FileDescriptor file(::open(fresh.c_str(), lock_file_flags | O_EXCL, S_IRUSR | S_IWUSR));
    if (!file || ::flock(file.number(), LOCK_EX | LOCK_NB) != 0) return refuse(path, errno);
    if (auto written = write_pid(file, path); !written) return tl::make_unexpected(written.error());
    if (::rename(fresh.c_str(), path.c_str()) != 0) return refuse(path, errno);
    return file;
}

}  // namespace

Result<void> make_runtime_dir() {
    // The mode is 0755 whatever the umask.
    if (::mkdir(runtime_dir, 0755) == 0) {
        if (::chmod(runtime_dir, 0755) != 0) return refuse(runtime_dir, errno);
    } else if (errno != EEXIST) {
        return refuse(runtime_dir, errno);
    }
    struct stat status {};
    if (::lstat(runtime_dir, &status) != 0) return refuse(runtime_dir, errno);
    if (!S_ISDIR(status.st_mode))
        return fail(fmt::format("{} is not a folder but something of {}'s; remove it", runtime_dir, owner_of(status)));
    if (auto misgiving = misgiving_about_folder(status, runtime_dir); !misgiving.empty()) return fail(misgiving);
    return {};
}

Result<InstanceLock> InstanceLock::take(const std::string& gateway, Process process) {
    if (auto made = make_runtime_dir(); !made) return tl::make_unexpected(made.error());
    const char* const name = process == Process::control ? "control" : "dataplane";
    const std::string path = fmt::format("{}/{}.{}.lock", runtime_dir, gateway, name);
    for (;;) {
        FileDescriptor file(::open(path.c_str(), lock_file_flags, S_IRUSR | S_IWUSR));
        if (!file) return refuse(path, errno);
        struct stat status {};
        if (::fstat(file.number(), &status) != 0) return refuse(path, errno);
        const bool is_locked = ::flock(file.number(), LOCK_EX | LOCK_NB) == 0;
        if (!is_locked && errno != EWOULDBLOCK) return refuse(path, errno);
        const bool is_for_us_alone = misgiving_about(status).empty();
        const std::uint64_t holder = pid_in(file);
        // Of a file that others may open, the lock may be theirs; what it holds is ours as long as they cannot write.
        if (!is_locked && (is_for_us_alone || (is_written_by_us(status) && is_our_process(holder))))
            return fail(
                fmt::format("ropewalk-{} of gateway '{}' is running already ({}); stop it first, or give this "
                            "gateway another name",
                            name, gateway, holder == 0 ? "pid not known yet" : fmt::format("pid {}", holder)));
        if (is_locked) {
            // Another start may have replaced it before we had the lock.
            if (!still_has_its_name(status, path)) continue;
            if (auto written = write_pid(file, path); !written) return tl::make_unexpected(written.error());
            if (is_for_us_alone) return InstanceLock(std::move(file));
        }
        auto fresh = replace(path);
        if (!fresh) return tl::make_unexpected(fresh.error());
        return InstanceLock(std::move(*fresh));
    }
}

}  // namespace ropewalk::config::region
