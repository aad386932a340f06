#include "dataplane/eal/tun.hpp"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace ropewalk::dataplane::eal {

using config::snapshot::FileDescriptor;

Result<Tun> Tun::open(const std::string& interface, rte_mempool* pool) {
    if (if_nametoindex(interface.c_str()) != 0)
        return fail(
            fmt::format("inside.interface: '{0}' exists already and is not ours; choose another name or remove it (ip "
                        "link del {0})",
                        interface));
    FileDescriptor file(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (file.number() < 0)
        return fail(fmt::format("inside.interface: /dev/net/tun: {}; the kernel needs its tun module (modprobe tun)",
                                std::strerror(errno)));
    ifreq request{};
    std::memcpy(request.ifr_name, interface.data(), std::min(interface.size(), sizeof request.ifr_name - 1));
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    if (::ioctl(file.number(), TUNSETIFF, &request) != 0)
        return fail(fmt::format("inside.interface: could not make '{}': {}", interface, std::strerror(errno)));
    return Tun(std::move(file), pool);
}

InsidePort Tun::inside_port() {
    return {
        [](void* port, rte_mbuf** mbufs, std::uint16_t count) {
            return static_cast<Tun*>(port)->receive(mbufs, count);
        },
        [](void* port, rte_mbuf** mbufs, std::uint16_t count) { return static_cast<Tun*>(port)->send(mbufs, count); },
        this};
}

std::uint16_t Tun::receive(rte_mbuf** mbufs, std::uint16_t count) {
    std::uint16_t received = 0;
    while (received < count) {
        if (!next_) next_.reset(rte_pktmbuf_alloc(pool_));
        if (!next_) break;
        const ssize_t size =
            ::read(file_.number(), rte_pktmbuf_mtod(next_.get(), void*), rte_pktmbuf_tailroom(next_.get()));
        if (size <= 0) break;
        next_->data_len = static_cast<std::uint16_t>(size);
        next_->pkt_len = static_cast<std::uint32_t>(size);
        mbufs[received++] = next_.release();
    }
    return received;
}

std::uint16_t Tun::send(rte_mbuf** mbufs, std::uint16_t count) {
    std::uint16_t sent = 0;
    while (sent < count &&
           ::write(file_.number(), rte_pktmbuf_mtod(mbufs[sent], const void*), mbufs[sent]->data_len) >= 0)
        rte_pktmbuf_free(mbufs[sent++]);
    return sent;
}

}  // namespace ropewalk::dataplane::eal
