#include "control/publication/process_alive.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <limits>

#include "config/region/file_descriptor.hpp"

namespace ropewalk::control::publication {

bool is_process_alive(std::uint64_t pid) {
    if (pid == 0 || pid > static_cast<std::uint64_t>(std::numeric_limits<pid_t>::max())) return false;
    // pidfd_open(2): readable when the process has ended.
    const config::region::FileDescriptor process(
        static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0)));
    if (!process) return errno != ESRCH && errno != EINVAL;
    pollfd ended{process.number(), POLLIN, 0};
    return ::poll(&ended, 1, 0) == 0;
}

}  // namespace ropewalk::control::publication
