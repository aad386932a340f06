#include "tests/sim/memory_ports.hpp"

#include <algorithm>

#include <rte_mbuf.h>

#include "tests/sim/heap_account.hpp"
#include "tests/sim/process_died.hpp"

namespace ropewalk::tests::sim {

using packets::Bytes;

namespace {

constexpr std::size_t queue_capacity = 512;

Bytes taken(rte_mbuf* mbuf) {
    const auto* const data = rte_pktmbuf_mtod(mbuf, const std::uint8_t*);
    Bytes bytes(data, data + mbuf->data_len);
    rte_pktmbuf_free(mbuf);
    return bytes;
}

}  // namespace

void MemoryPorts::moment() {
    const bool has_work = std::max(traffic_.wan_in.size(), traffic_.inside_in.size()) >= least_work_;
    if (has_work && moments_to_live_ != 0 && --moments_to_live_ == 0) throw ProcessDied{};
}

rte_mbuf* MemoryPorts::mbuf_of(const Bytes& bytes) {
    rte_mbuf* const mbuf = rte_pktmbuf_alloc(memory_.pool());
    if (mbuf != nullptr)
        std::copy(bytes.begin(), bytes.end(), rte_pktmbuf_append(mbuf, static_cast<std::uint16_t>(bytes.size())));
    return mbuf;
}

std::uint16_t MemoryPorts::receive_wan(std::uint16_t port, rte_mbuf** mbufs, std::uint16_t count) {
    moment();
    const HeapAccount::Pause not_the_process;
    auto& queue = wan_queues_[port];
    std::uint16_t given = 0;
    while (given < count && !queue.empty()) {
        rte_mbuf* const mbuf = mbuf_of(queue.front().bytes);
        if (mbuf == nullptr) break;
        mbufs[given++] = mbuf;
        traffic_.wan_in.push_back(std::move(queue.front()));
        queue.pop_front();
    }
    moment();
    return given;
}

std::uint16_t MemoryPorts::send_wan(std::uint16_t port, rte_mbuf** mbufs, std::uint16_t count) {
    moment();
    const HeapAccount::Pause not_the_process;
    const std::uint16_t took = std::min(count, wan_room);
    for (std::uint16_t i = 0; i < took; ++i) traffic_.wan_out.push_back({port, taken(mbufs[i])});
    traffic_.wan_refused += count - took;
    moment();
    return took;
}

std::uint16_t MemoryPorts::receive_inside(rte_mbuf** mbufs, std::uint16_t count) {
    moment();
    const HeapAccount::Pause not_the_process;
    std::uint16_t given = 0;
    while (given < count && !inside_queue_.empty()) {
        rte_mbuf* const mbuf = mbuf_of(inside_queue_.front());
        if (mbuf == nullptr) break;
        mbufs[given++] = mbuf;
        traffic_.inside_in.push_back(std::move(inside_queue_.front()));
        inside_queue_.pop_front();
    }
    moment();
    return given;
}

std::uint16_t MemoryPorts::send_inside(rte_mbuf** mbufs, std::uint16_t count) {
    moment();
    const HeapAccount::Pause not_the_process;
    const std::uint16_t took = std::min(count, inside_room);
    for (std::uint16_t i = 0; i < took; ++i) traffic_.inside_out.push_back(taken(mbufs[i]));
    for (std::uint16_t i = took; i < count; ++i) {
        const auto* const data = rte_pktmbuf_mtod(mbufs[i], const std::uint8_t*);
        traffic_.inside_refused.emplace_back(data, data + mbufs[i]->data_len);
    }
    moment();
    return took;
}

bool MemoryPorts::arrive_wan(std::uint16_t port, Frame frame) {
    if (wan_queues_[port].size() >= queue_capacity) return false;
    wan_queues_[port].push_back(std::move(frame));
    return true;
}

bool MemoryPorts::arrive_inside(Bytes packet) {
    if (inside_queue_.size() >= queue_capacity) return false;
    inside_queue_.push_back(std::move(packet));
    return true;
}

bool MemoryPorts::is_idle() const {
    return inside_queue_.empty() && std::ranges::all_of(wan_queues_, [](const auto& queue) { return queue.empty(); });
}

void MemoryPorts::empty_queues() {
    for (auto& queue : wan_queues_) queue.clear();
    inside_queue_.clear();
}

}  // namespace ropewalk::tests::sim
