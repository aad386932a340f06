#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "config/region/file_descriptor.hpp"
#include "config/result.hpp"

namespace ropewalk::config::region {

/// Where locks and control's socket live; on a file system that a reboot empties.
inline constexpr const char* runtime_dir = "/run/ropewalk";

/// Makes it when it is missing; fails when others could put things into it.
Result<void> make_runtime_dir();

enum class Process : std::uint8_t { control, dataplane };

/// The right to be the one control, or the one dataplane, of a gateway: a flock on a file in /run/ropewalk whose
/// content is our pid. The kernel takes it back when the process ends, however it ends; the file stays. Its mode is
/// 0600, because whoever may open a file may lock it; one that others may open is replaced unless we run already.
class InstanceLock {
public:
    /// Makes the folder. Fails, naming the pid, when another process holds the lock.
    static Result<InstanceLock> take(const std::string& gateway, Process process);

private:
    explicit InstanceLock(FileDescriptor file) : file_(std::move(file)) {}

    FileDescriptor file_;
};

}  // namespace ropewalk::config::region
