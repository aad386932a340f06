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

namespace {

Result<FileDescriptor> open_queue(const std::string& interface, short flags) {
    FileDescriptor file(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (file.number() < 0)
        return fail(fmt::format("inside.interface: /dev/net/tun: {}; the kernel needs its tun module (modprobe tun)",
                                std::strerror(errno)));
    ifreq request{};
    std::memcpy(request.ifr_name, interface.data(), std::min(interface.size(), sizeof request.ifr_name - 1));
    request.ifr_flags = flags;
    if (::ioctl(file.number(), TUNSETIFF, &request) != 0)
        return fail(fmt::format("inside.interface: could not make '{}': {}", interface, std::strerror(errno)));
    return file;
}

}  // namespace

Result<Tun> Tun::open(const std::string& interface, unsigned queues, rte_mempool* pool) {
    if (if_nametoindex(interface.c_str()) != 0)
        return fail(
            fmt::format("inside.interface: '{0}' exists already and is not ours; choose another name or remove it (ip "
                        "link del {0})",
                        interface));
    const auto flags = static_cast<short>(IFF_TUN | IFF_NO_PI | (queues > 1 ? IFF_MULTI_QUEUE : 0));
    std::vector<std::unique_ptr<TunQueue>> opened;
    for (unsigned queue = 0; queue < queues; ++queue) {
        auto file = open_queue(interface, flags);
        if (!file) return tl::make_unexpected(file.error());
        opened.push_back(std::make_unique<TunQueue>(std::move(*file), pool));
    }
    return Tun(std::move(opened));
}

InsidePort Tun::inside_port(unsigned queue) {
    return {[](void* port, rte_mbuf** mbufs, std::uint16_t count) {
                return static_cast<TunQueue*>(port)->receive(mbufs, count);
            },
            [](void* port, rte_mbuf** mbufs, std::uint16_t count) {
                return static_cast<TunQueue*>(port)->send(mbufs, count);
            },
            queues_[queue].get()};
}

std::uint16_t TunQueue::receive(rte_mbuf** mbufs, std::uint16_t count) {
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

std::uint16_t TunQueue::send(rte_mbuf** mbufs, std::uint16_t count) {
    std::uint16_t sent = 0;
    while (sent < count &&
           ::write(file_.number(), rte_pktmbuf_mtod(mbufs[sent], const void*), mbufs[sent]->data_len) >= 0)
        rte_pktmbuf_free(mbufs[sent++]);
    return sent;
}

}  // namespace ropewalk::dataplane::eal
