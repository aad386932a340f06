#include "config/region/region.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <new>

#include <fmt/format.h>

#include "config/region/fixed_text.hpp"
#include "config/region/region_head.hpp"
#include "config/region/trust.hpp"

namespace ropewalk::config::region {
namespace {

constexpr const char* shared_memory_dir = "/dev/shm";

std::string mebibytes(std::uint64_t bytes) {
    return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / static_cast<double>(1 << 20));
}

/// The sentence for a system call on `path` that failed with `error`.
tl::unexpected<Error> refuse(const std::string& path, const char* verb, int error) {
    switch (error) {
        case ENOSPC: {
            struct statvfs space {};
            ::statvfs(shared_memory_dir, &space);
            return fail(
                fmt::format("cannot {} {}: {} is full: {} needed, {} free; remove files there or enlarge it: "
                            "mount -o remount,size=64M {}",
                            verb, path, shared_memory_dir, mebibytes(region_bytes),
                            mebibytes(std::uint64_t{space.f_bavail} * space.f_frsize), shared_memory_dir));
        }
        case EROFS:
            return fail(fmt::format("cannot {} {}: {} is mounted read-only; make it writable: mount -o remount,rw {}",
                                    verb, path, shared_memory_dir, shared_memory_dir));
        case EACCES:
        case EPERM:
            return fail(fmt::format("cannot {} {}: permission denied; run as root or as the user who owns the file",
                                    verb, path));
        case ELOOP:
        case EISDIR:
        case ENXIO:
            return fail(fmt::format("cannot {} {}: it is not an ordinary file; remove it", verb, path));
        default:
            return fail(fmt::format("cannot {} {}: {}", verb, path, std::strerror(error)));
    }
}

/// Gives the file its full size with memory behind every page; returns 0 or an errno value.
int allocate(const FileDescriptor& file) {
    int error = EINTR;
    while (error == EINTR) error = ::posix_fallocate(file.number(), 0, static_cast<off_t>(region_bytes));
    return error;
}

tl::unexpected<Error> running_already(const char* program, const std::string& gateway, std::uint64_t pid,
                                      const std::string& path) {
    return fail(
        fmt::format("ropewalk-{} of gateway '{}' is running already (pid {}): it holds {}; stop it first, or "
                    "give this gateway another name",
                    program, gateway, pid, path));
}

/// 0 when it cannot be read.
std::uint64_t number_at(const FileDescriptor& file, std::uint64_t offset) {
    std::uint64_t number = 0;
    return ::pread(file.number(), &number, sizeof number, static_cast<off_t>(offset)) == sizeof number ? number : 0;
}

/// Control's lock on the file.
enum class Hold : std::uint8_t { held, by_a_control, by_a_stranger };
Result<Hold> hold(const std::string& path, const FileDescriptor& file, const struct stat& status) {
    if (::flock(file.number(), LOCK_EX | LOCK_NB) == 0) return Hold::held;
    if (errno != EWOULDBLOCK) return refuse(path, "lock", errno);
    // Whoever may open a file may lock it.
    const bool is_control =
        misgiving_about(status).empty() || is_our_process(number_at(file, offsetof(ControlSection, control_pid)));
    return is_control ? Hold::by_a_control : Hold::by_a_stranger;
}

/// The dataplane's: on a byte of its own section, because control has the whole by another kind of lock.
Result<void> hold_section(const std::string& path, const FileDescriptor& file, const std::string& gateway) {
    struct flock range {};
    range.l_type = F_WRLCK;
    range.l_whence = SEEK_SET;
    range.l_start = static_cast<off_t>(dataplane_section_offset);
    range.l_len = 1;
    if (::fcntl(file.number(), F_OFD_SETLK, &range) == 0) return {};
    if (errno != EAGAIN && errno != EACCES) return refuse(path, "lock", errno);
    const std::uint64_t pid = number_at(file, dataplane_section_offset + offsetof(DataplaneSection, pid));
    return running_already("dataplane", gateway, pid, path);
}

/// A name in the folder that nobody can have guessed.
std::string unguessable_name(const std::string& gateway) {
    std::uint64_t number = 0;
    if (::getrandom(&number, sizeof number, 0) != sizeof number) number = static_cast<std::uint64_t>(::getpid());
    return fmt::format("{}/.ropewalk.{}.{:016x}", shared_memory_dir, gateway, number);
}

/// Anybody may make things in the folder, under our name too. What is no file is not looked into: rename() puts ours in
/// its place, and a directory of another user's is moved aside.
Result<void> clear_the_way(const std::string& path, const std::string& gateway) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return {};
    if (!belongs_to_us(status) && ::rename(path.c_str(), unguessable_name(gateway).c_str()) == 0) return {};
    return fail(fmt::format("cannot make {}: a directory of {} stands there; remove it: rm -r {}", path,
                            owner_of(status), path));
}

}  // namespace

std::string region_path(const std::string& gateway) {
    return fmt::format("{}/ropewalk.{}", shared_memory_dir, gateway);
}

Result<Region> Region::create_or_take_over(const std::string& gateway) {
    const std::string path = region_path(gateway);
    if (auto clear = clear_the_way(path, gateway); !clear) return tl::make_unexpected(clear.error());
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file) {
        const bool is_no_file = errno == ELOOP || errno == ENXIO;
        if (is_no_file || errno == ENOENT) return create(path, gateway);
        return refuse(path, "open", errno);
    }
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) return refuse(path, "look at", errno);
    // Neither its locks nor what stands in it say anything about us.
    if (!is_written_by_us(status)) return create(path, gateway);
    const auto held = hold(path, file, status);
    if (!held) return tl::make_unexpected(held.error());
    if (*held == Hold::by_a_stranger) return create(path, gateway);
    if (*held == Hold::by_a_control)
        return running_already("control", gateway, number_at(file, offsetof(ControlSection, control_pid)), path);
    const std::string mismatch = mismatch_of(file, gateway);
    if (mismatch.empty()) {
        if (const int error = allocate(file)) return refuse(path, "take over", error);
        return map(path, std::move(file), Role::control);
    }
    if (const std::uint64_t pid = live_dataplane_of(file)) {
        return fail(
            fmt::format("{} cannot be taken over: {}, and the dataplane with pid {} still uses it; stop that "
                        "dataplane first, then start this control again",
                        path, mismatch, pid));
    }
    return create(path, gateway);
}

Result<Region> Region::create(const std::string& path, const std::string& gateway) {
    // The lock of the gateway's control makes us the only one to use this name; one that died may have left it behind.
    std::string unfinished = fmt::format("{}/.ropewalk.{}.new", shared_memory_dir, gateway);
    // A directory of somebody's may stand there.
    if (::unlink(unfinished.c_str()) != 0 && errno != ENOENT) unfinished = unguessable_name(gateway);
    FileDescriptor file(
        ::open(unfinished.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (!file) return refuse(path, "make", errno);
    int error = ::fchmod(file.number(), S_IRUSR | S_IWUSR) == 0 ? 0 : errno;
    if (error == 0 && ::flock(file.number(), LOCK_EX | LOCK_NB) != 0) error = errno;
    if (error == 0) error = allocate(file);
    if (error != 0) {
        ::unlink(unfinished.c_str());
        return refuse(path, "make", error);
    }

    Result<Region> region = map(path, std::move(file), Role::control);
    if (region) {
        ControlSection& control = region->control();
        control.magic = region_magic;
        control.abi = abi_version;
        control.region_size = static_cast<std::uint32_t>(region_bytes);
        control.dataplane_section_offset = static_cast<std::uint32_t>(dataplane_section_offset);
        set_text(control.gateway, gateway);
        if (::getrandom(control.region_uuid.data(), control.region_uuid.size(), 0) !=
            static_cast<ssize_t>(control.region_uuid.size())) {
            error = errno;
        } else if (::rename(unfinished.c_str(), path.c_str()) != 0) {
            error = errno;
        }
        if (error == 0) return region;
    }
    ::unlink(unfinished.c_str());
    if (error != 0) return refuse(path, "make", error);
    return region;
}

Result<Region> Region::attach(const std::string& gateway, Role role) {
    const std::string path = region_path(gateway);
    const int access = role == Role::observer ? O_RDONLY : O_RDWR;
    FileDescriptor file(::open(path.c_str(), access | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file && errno == ENOENT) {
        return fail(fmt::format("{} does not exist: ropewalk-control has not started gateway '{}' yet", path, gateway));
    }
    if (!file) return refuse(path, "open", errno);
    const std::string mismatch = mismatch_of(file, gateway);
    if (!mismatch.empty()) {
        return fail(
            fmt::format("{} cannot be used: {}; ropewalk-control makes it anew when it starts", path, mismatch));
    }
    if (role == Role::dataplane)
        if (auto held = hold_section(path, file, gateway); !held) return tl::make_unexpected(held.error());
    return map(path, std::move(file), role);
}

Result<Region> Region::map(const std::string& path, FileDescriptor file, Role role) {
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) return refuse(path, "look at", errno);
    void* const base = ::mmap(nullptr, region_bytes, PROT_READ, MAP_SHARED, file.number(), 0);
    if (base == MAP_FAILED) return refuse(path, "map", errno);
    Region region(path, base, status.st_ino);
    // The file holds session keys: keep them out of core dumps.
    ::madvise(base, region_bytes, MADV_DONTDUMP);

    auto* const bytes = static_cast<std::byte*>(base);
    int outcome = 0;
    if (role == Role::control) outcome = ::mprotect(bytes, dataplane_section_offset, PROT_READ | PROT_WRITE);
    if (role == Role::dataplane) {
        outcome = ::mprotect(bytes + dataplane_section_offset, region_bytes - dataplane_section_offset,
                             PROT_READ | PROT_WRITE);
    }
    if (outcome != 0) return refuse(path, "map", errno);
    if (role != Role::observer) region.held_ = std::move(file);
    return region;
}

Region::Region(Region&& other) noexcept
    : path_(std::move(other.path_)),
      held_(std::move(other.held_)),
      base_(std::exchange(other.base_, nullptr)),
      inode_(other.inode_) {}

Region& Region::operator=(Region&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(held_, other.held_);
    std::swap(base_, other.base_);
    std::swap(inode_, other.inode_);
    return *this;
}

Region::~Region() {
    if (base_ != nullptr) ::munmap(base_, region_bytes);
}

ControlSection& Region::control() const {
    return *std::launder(static_cast<ControlSection*>(base_));
}

DataplaneSection& Region::dataplane() const {
    return *std::launder(
        reinterpret_cast<DataplaneSection*>(static_cast<std::byte*>(base_) + dataplane_section_offset));
}

bool Region::was_replaced() const {
    struct stat status {};
    return ::lstat(path_.c_str(), &status) == 0 && status.st_ino != inode_;
}

}  // namespace ropewalk::config::region
