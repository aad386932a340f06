#include "control/kernel/mtu_look.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "control/kernel/kernel_port.hpp"
#include "control/kernel/kernel_view.hpp"

namespace ropewalk::control::kernel {
namespace {

/// Bytes of the largest copy that a path on the port may send, by the YAML; 0 without paths.
std::uint64_t largest_copy(const config::schema::Gateway& gateway, const config::schema::Port& port) {
    std::uint64_t largest = 0;
    for (const auto& tunnel : gateway.tunnels)
        for (const auto& path : tunnel.paths)
            if (path.port == port.name) largest = std::max(largest, mtu_of(path, gateway).count);
    return largest;
}

}  // namespace

std::vector<std::string> examine_mtus(NetlinkSocket& socket, const config::schema::Gateway& gateway) {
    KernelView view(socket);
    std::vector<std::string> sentences;
    for (const auto& port : gateway.ports) {
        if (!kernel_sees(port)) continue;
        const auto link = view.link(port.device);
        const std::uint64_t largest = largest_copy(gateway, port);
        if (link && link->mtu < largest)
            sentences.push_back(
                fmt::format("ports.{0}: paths on it may send {1} bytes, and interface {2} carries {3}: inner packets "
                            "are made to fit "
                            "{3}; ip link set {2} mtu {1}, or give these paths mtu: {3}B",
                            port.name, largest, port.device, link->mtu));
    }
    return sentences;
}

}  // namespace ropewalk::control::kernel
