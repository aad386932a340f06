#include "dataplane/eal/memif_socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "config/region/file_descriptor.hpp"

namespace ropewalk::dataplane::eal {

Result<void> free_memif_socket(const std::string& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) return {};
    if (!S_ISSOCK(found.st_mode))
        return fail(fmt::format("{} is there already and is no socket; choose another path or remove it", path));
    const config::region::FileDescriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const int connected = ::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    if (connected != 0 && errno == ECONNREFUSED) {
        ::unlink(path.c_str());
        return {};
    }
    return fail(
        fmt::format("another process listens at {}; a memif has one server, the other end says role: client", path));
}

}  // namespace ropewalk::dataplane::eal
