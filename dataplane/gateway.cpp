#include "dataplane/gateway.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <openssl/rand.h>
#include <rte_cycles.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "config/snapshot/instance_lock.hpp"
#include "config/snapshot/monotonic_clock.hpp"
#include "config/snapshot/region.hpp"
#include "config/snapshot/view.hpp"
#include "dataplane/channel/announce.hpp"
#include "dataplane/channel/attach.hpp"
#include "dataplane/channel/config_channel.hpp"
#include "dataplane/channel/tunnel_registry.hpp"
#include "dataplane/crypto/aes_gcm.hpp"
#include "dataplane/eal/eal.hpp"
#include "dataplane/eal/mempool.hpp"
#include "dataplane/eal/port.hpp"
#include "dataplane/eal/tun.hpp"
#include "dataplane/worker/housekeeping.hpp"
#include "dataplane/worker/worker.hpp"

namespace ropewalk::dataplane {

using config::snapshot::DataplaneState;
using config::snapshot::View;

namespace {

std::atomic<bool> stop_requested{false};

void request_stop(int) {
    stop_requested.store(true);
}

/// The ports of the snapshot, in its order, and the inside one.
struct Ports {
    std::vector<eal::Port> wan;
    eal::Tun inside;

    std::vector<eal::BurstPort> burst_ports() const {
        std::vector<eal::BurstPort> ports;
        for (const eal::Port& port : wan) ports.push_back(port.burst_port());
        return ports;
    }
    std::vector<std::array<std::uint8_t, 6>> addresses() const {
        std::vector<std::array<std::uint8_t, 6>> addresses;
        for (const eal::Port& port : wan) addresses.push_back(port.address());
        return addresses;
    }
};

/// Largest frame any port may hand us.
std::uint16_t packet_room(const View& snapshot) {
    std::uint16_t room = 2048;
    for (const auto& port : snapshot.ports()) room = std::max(room, eal::frame_room(port));
    return room;
}

/// What lies in the ports' rings, what a turn holds, and the workers' caches.
std::uint32_t packets_needed(const View& snapshot) {
    const auto ports = static_cast<std::uint32_t>(snapshot.ports().size() + 1);
    return ports * 2 * eal::port_descriptors + snapshot.header().boot.workers * 2048U;
}

std::vector<std::uint32_t> counter_slots(const View& snapshot) {
    std::vector<std::uint32_t> slots;
    for (const auto& port : snapshot.ports()) slots.push_back(port.slot);
    return slots;
}

Result<Ports> open_ports(const View& snapshot, rte_mempool* pool) {
    std::vector<eal::Port> wan;
    for (const auto& record : snapshot.ports()) {
        auto port = eal::Port::open(record, pool);
        if (!port) return tl::make_unexpected(port.error());
        if (port->way() != nullptr) spdlog::info("port {}: {}", record.name.data(), port->way());
        wan.push_back(std::move(*port));
    }
    auto inside = eal::Tun::open(snapshot.header().boot.inside_interface.data(), snapshot.header().boot.workers, pool);
    if (!inside) return tl::make_unexpected(inside.error());
    spdlog::info("inside: {}", inside->way());
    return Ports{std::move(wan), std::move(*inside)};
}

channel::Life new_life(unsigned workers) {
    channel::Life life{.uuid = {},
                       .pid = static_cast<std::uint64_t>(::getpid()),
                       .workers = workers,
                       .now_ns = config::snapshot::monotonic_ns(),
                       .tsc_hz = rte_get_tsc_hz(),
                       .crypto_engine = crypto::AesGcm::engine()};
    RAND_bytes(life.uuid.data(), static_cast<int>(life.uuid.size()));
    return life;
}

int run_worker(void* worker) {
    static_cast<worker::Worker*>(worker)->run(stop_requested);
    return 0;
}

Result<void> run_with(config::snapshot::Region& region, const View& first) {
    const unsigned workers = first.header().boot.workers;
    if (workers != 1) return fail(fmt::format("dataplane.workers is {}; this release runs 1", workers));
    auto plan = eal::plan_eal(first, eal::free_hugepage_bytes(), eal::allowed_cpus());
    if (!plan) return tl::make_unexpected(plan.error());
    spdlog::info("memory: {}", plan->memory_choice);
    auto started = eal::Eal::start(*plan);
    if (!started) return tl::make_unexpected(started.error());
    auto pool = eal::Mempool::make("packets", packets_needed(first), packet_room(first));
    if (!pool) return tl::make_unexpected(pool.error());
    auto ports = open_ports(first, pool->get());
    if (!ports) return tl::make_unexpected(ports.error());
    auto store = channel::SequenceStore::open(first.header().boot.state_dir.data());
    if (!store) return tl::make_unexpected(store.error());

    auto& section = region.dataplane();
    channel::announce(section, new_life(workers));

    std::vector<config::snapshot::PortRecord> records(first.ports().begin(), first.ports().end());
    channel::TunnelRegistry registry(std::move(*store), section);
    channel::ViewCell cell;
    channel::ConfigChannel configuration(region, ports->addresses(), std::move(records), registry, cell, workers);
    if (auto polled = configuration.poll(); !polled) return polled;

    auto paths = std::make_unique<worker::PathStates>();
    worker::Worker worker({ports->burst_ports(), counter_slots(first), ports->inside.burst_port(0),
                           first.header().boot.idle, pool->get(), &cell, &section, &region.control(), paths.get(), 0});
    rte_eal_remote_launch(run_worker, &worker, 1);
    section.state.store(static_cast<std::uint32_t>(DataplaneState::running), std::memory_order_release);
    spdlog::info("running with {} worker, {}", workers, crypto::AesGcm::engine());

    worker::Housekeeping(region, configuration, registry).run(stop_requested);

    rte_eal_mp_wait_lcore();
    section.state.store(static_cast<std::uint32_t>(DataplaneState::stopped), std::memory_order_release);
    spdlog::info("stopped");
    return {};
}

}  // namespace

Result<void> run_gateway(const std::string& name) {
    std::signal(SIGTERM, request_stop);
    std::signal(SIGINT, request_stop);
    if (::geteuid() != 0)
        return fail("must run as root (it opens raw network ports and makes an interface): sudo ropewalk-dataplane " +
                    name);

    const auto lock = config::snapshot::InstanceLock::take(name, config::snapshot::Process::dataplane);
    if (!lock) return tl::make_unexpected(lock.error());
    auto attached = channel::wait_for_control(name, stop_requested);
    if (!attached) return tl::make_unexpected(attached.error());
    if (!*attached) return {};
    return run_with((*attached)->region, View((*attached)->snapshot));
}

}  // namespace ropewalk::dataplane
