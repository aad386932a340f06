#include "tests/unit/disk_calls.hpp"

#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>

namespace ropewalk::tests::unit {
namespace {

thread_local DiskCalls* observer = nullptr;

void note(const char* call, const std::filesystem::path& path) {
    if (observer != nullptr) observer->seen.push_back(call + (" " + path.filename().string()));
}

void note(const char* call, int file) {
    std::error_code ignored;
    note(call, std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(file), ignored));
}

}  // namespace

DiskCalls::DiskCalls() {
    observer = this;
}
DiskCalls::~DiskCalls() {
    observer = nullptr;
}

}  // namespace ropewalk::tests::unit

// These stand before the library's.
extern "C" {

int fdatasync(int file) {
    ropewalk::tests::unit::note("write", file);
    return static_cast<int>(::syscall(SYS_fdatasync, file));
}

int fsync(int file) {
    ropewalk::tests::unit::note("sync", file);
    return static_cast<int>(::syscall(SYS_fsync, file));
}

int rename(const char* from, const char* to) noexcept {
    ropewalk::tests::unit::note("name", std::filesystem::path(to));
    return static_cast<int>(::syscall(SYS_rename, from, to));
}
}
