#include "perf/linerate/gateway_counts.hpp"

namespace ropewalk::perf::linerate {

namespace {

constexpr std::array fields{&GatewayCounts::inside_rx, &GatewayCounts::inside_tx, &GatewayCounts::wan_rx,
                            &GatewayCounts::wan_tx,    &GatewayCounts::sealed,    &GatewayCounts::copies,
                            &GatewayCounts::delivered, &GatewayCounts::punted,    &GatewayCounts::icmp_sent};

}  // namespace

GatewayCounts GatewayCounts::of(const config::region::WorkerCounters& counters) {
    GatewayCounts sum;
    sum.inside_rx = counters.inside_rx_packets.get();
    sum.inside_tx = counters.inside_tx_packets.get();
    for (const auto& port : counters.ports) {
        sum.wan_rx += port.rx_packets.get();
        sum.wan_tx += port.tx_packets.get();
    }
    for (const auto& tunnel : counters.tunnels) {
        sum.sealed += tunnel.sealed_packets.get();
        sum.delivered += tunnel.delivered_packets.get();
        sum.punted += tunnel.punted_packets.get();
        sum.icmp_sent += tunnel.icmp_sent.get();
    }
    for (const auto& path : counters.paths) sum.copies += path.tx_copies.get();
    for (std::size_t i = 0; i < sum.drops.size(); ++i) sum.drops[i] = counters.drops[i].get();
    return sum;
}

GatewayCounts& GatewayCounts::operator+=(const GatewayCounts& other) {
    for (const auto field : fields) this->*field += other.*field;
    for (std::size_t i = 0; i < drops.size(); ++i) drops[i] += other.drops[i];
    return *this;
}

GatewayCounts GatewayCounts::operator-(const GatewayCounts& before) const {
    GatewayCounts difference;
    for (const auto field : fields) difference.*field = this->*field - before.*field;
    for (std::size_t i = 0; i < drops.size(); ++i) difference.drops[i] = drops[i] - before.drops[i];
    return difference;
}

}  // namespace ropewalk::perf::linerate
