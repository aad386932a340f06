#include "config/region/region.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <new>

#include <fmt/format.h>

#include "config/region/fixed_text.hpp"
#include "config/region/region_head.hpp"

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

/// The second lock of a control; see Region.
Result<void> hold(const std::string& path, const FileDescriptor& file, const std::string& gateway) {
    if (::flock(file.number(), LOCK_EX | LOCK_NB) == 0) return {};
    if (errno != EWOULDBLOCK) return refuse(path, "lock", errno);
    std::uint64_t pid = 0;
    const bool readable = ::pread(file.number(), &pid, sizeof pid, offsetof(ControlSection, control_pid)) == sizeof pid;
    return fail(
        fmt::format("ropewalk-control of gateway '{}' is running already (pid {}): it holds {}; stop it first, or "
                    "give this gateway another name",
                    gateway, readable ? pid : 0, path));
}

}  // namespace

std::string region_path(const std::string& gateway) {
    return fmt::format("{}/ropewalk.{}", shared_memory_dir, gateway);
}

Result<Region> Region::create_or_take_over(const std::string& gateway) {
    const std::string path = region_path(gateway);
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file) {
        // A symbolic link is not followed but replaced.
        if (errno == ENOENT || errno == ELOOP) return create(path, gateway);
        return refuse(path, "open", errno);
    }
    const std::string mismatch = mismatch_of(file, gateway);
    if (auto held = hold(path, file, gateway); !held) return tl::make_unexpected(held.error());
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
    const std::string unfinished = fmt::format("{}/.ropewalk.{}.new", shared_memory_dir, gateway);
    ::unlink(unfinished.c_str());
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
    if (!mismatch.empty()) return fail(fmt::format("{} cannot be used: {}", path, mismatch));
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
    if (role == Role::control) region.held_ = std::move(file);
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
