#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "config/region/file_descriptor.hpp"
#include "config/result.hpp"

namespace ropewalk::config::region {

/// Where locks and control's socket live; on a file system that a reboot empties.
inline constexpr const char* runtime_dir = "/run/ropewalk";

enum class Process : std::uint8_t { control, dataplane };

/// The right to be the one control, or the one dataplane, of a gateway: a flock on a file in /run/ropewalk whose
/// content is our pid. The kernel takes it back when the process ends, however it ends; the file stays.
class InstanceLock {
public:
    /// Makes /run/ropewalk when it is missing. Fails, naming the pid, when another process holds the lock.
    static Result<InstanceLock> take(const std::string& gateway, Process process);

private:
    explicit InstanceLock(FileDescriptor file) : file_(std::move(file)) {}

    FileDescriptor file_;
};

}  // namespace ropewalk::config::region
