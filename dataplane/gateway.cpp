#include "dataplane/gateway.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <openssl/rand.h>
#include <rte_cycles.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "config/kept_memory.hpp"
#include "config/region/clocks.hpp"
#include "config/region/copy.hpp"
#include "config/region/forgotten.hpp"
#include "config/region/instance_lock.hpp"
#include "config/region/region.hpp"
#include "config/region/view.hpp"
#include "dataplane/channel/announce.hpp"
#include "dataplane/channel/attach.hpp"
#include "dataplane/channel/config_channel.hpp"
#include "dataplane/channel/disk_thread.hpp"
#include "dataplane/channel/tunnel_registry.hpp"
#include "dataplane/crypto/aes_gcm.hpp"
#include "dataplane/eal/eal.hpp"
#include "dataplane/eal/mempool.hpp"
#include "dataplane/house/hops.hpp"
#include "dataplane/house/housekeeping.hpp"
#include "dataplane/inside.hpp"
#include "dataplane/port_watch.hpp"
#include "dataplane/wan_ports.hpp"
#include "dataplane/worker/instruction_level.hpp"
#include "dataplane/worker/worker.hpp"

namespace ropewalk::dataplane {

using config::region::DataplaneState;
using config::region::View;

namespace {

std::atomic<bool> stop_requested{false};

void request_stop(int) {
    stop_requested.store(true);
}

/// Largest frame any port may hand us.
std::uint16_t packet_room(const View& snapshot) {
    std::uint16_t room = 2048;
    for (const auto& port : snapshot.ports()) room = std::max(room, eal::frame_room(port));
    return room;
}

/// What lies in the ports' rings, what a turn holds, the workers' caches, the rings between workers, and spare ones.
std::uint32_t packets_needed(const View& snapshot) {
    const auto& boot = snapshot.header().boot;
    const bool tun = boot.inside_port == config::region::no_inside_port;
    const auto ports = static_cast<std::uint32_t>(snapshot.ports().size() + (tun ? 1 : 0));
    const std::uint32_t workers = boot.workers;
    std::uint32_t spare = 0;
    for (const auto& port : snapshot.ports()) spare += eal::spare_packets(port);
    return ports * workers * 2 * eal::port_descriptors + workers * workers * 2048U + spare;
}

std::uint64_t max_age_ns(const View& snapshot) {
    return std::uint64_t{snapshot.header().boot.max_age_ms} * 1'000'000;
}

channel::Life new_life(unsigned workers) {
    channel::Life life{.uuid = {},
                       .pid = static_cast<std::uint64_t>(::getpid()),
                       .workers = workers,
                       .now_ns = config::region::monotonic_ns(),
                       .tsc_hz = rte_get_tsc_hz(),
                       .crypto_engine = crypto::AesGcm::engine(),
                       .instruction_level = worker::instruction_level()};
    RAND_bytes(life.uuid.data(), static_cast<int>(life.uuid.size()));
    return life;
}

int run_worker(void* worker) {
    static_cast<worker::Worker*>(worker)->run(stop_requested);
    return 0;
}

/// The workers, each on the lcore of its number plus one, and what they share.
class Workers {
public:
    Workers(config::region::Region& region, const View& snapshot, WanPorts& wan, Inside& inside, rte_mempool* pool,
            const channel::ViewCell& cell)
        : hops_(snapshot.header().boot.workers) {
        for (std::uint16_t index = 0; index < snapshot.header().boot.workers; ++index)
            workers_.push_back(
                std::make_unique<worker::Worker>(worker::WorkerSetup{.inside = inside.queue_of(index),
                                                                     .idle = snapshot.header().boot.idle,
                                                                     .turn = {.hops = &hops_.of(index),
                                                                              .pool = pool,
                                                                              .view = &cell,
                                                                              .section = &region.dataplane(),
                                                                              .control = &region.control(),
                                                                              .senders = senders_.get(),
                                                                              .index = index,
                                                                              .ethernet = inside.ethernet(),
                                                                              .max_age_ns = max_age_ns(snapshot)}}));
        add_new(wan);
    }

    /// The ports that they have not yet; workers may be running, none with a view that has one of those.
    void add_new(WanPorts& wan) {
        for (const std::uint16_t slot : wan.slots()) {
            if (!slots_.insert(slot).second) continue;
            hops_.add(slot, wan.placement(slot));
            for (std::uint16_t index = 0; index < workers_.size(); ++index)
                workers_[index]->add_wan(slot, wan.queues_of(index, slot));
        }
    }

    void launch() {
        for (unsigned index = 0; index < workers_.size(); ++index)
            rte_eal_remote_launch(run_worker, workers_[index].get(), index + 1);
    }
    /// Waits for them to end, then sends on what lies in the rings between them.
    void drain() {
        rte_eal_mp_wait_lcore();
        worker::drain(workers_);
    }

private:
    std::unique_ptr<stages::PathSenders> senders_ = std::make_unique<stages::PathSenders>();
    house::Hops hops_;
    std::vector<std::unique_ptr<worker::Worker>> workers_;
    std::set<std::uint16_t> slots_;  ///< of the ports that they have
};

/// `snapshot` is the one to start with; its keys are wiped when the tunnels have them.
Result<void> run_with(config::region::Region& region, std::span<std::uint8_t> snapshot) {
    const View first(snapshot);
    const unsigned workers = first.header().boot.workers;
    auto plan = eal::plan_eal(first, eal::free_hugepage_bytes(), eal::allowed_cpus());
    if (!plan) return tl::make_unexpected(plan.error());
    spdlog::info("memory: {}", plan->memory_choice);
    auto started = eal::Eal::start(*plan);
    if (!started) return tl::make_unexpected(started.error());
    auto pool = eal::Mempool::make("packets", packets_needed(first), packet_room(first));
    if (!pool) return tl::make_unexpected(pool.error());
    auto wan = WanPorts::open(first, pool->get(), stop_requested);
    if (!wan) return tl::make_unexpected(wan.error());
    for (const std::string& way : wan->ways()) spdlog::info("{}", way);
    auto inside = Inside::open(first, pool->get(), stop_requested);
    if (!inside) return tl::make_unexpected(inside.error());
    spdlog::info("inside: {}", inside->way());
    auto store = channel::SequenceStore::open(first.header().boot.state_dir.data());
    if (!store) return tl::make_unexpected(store.error());

    auto& section = region.dataplane();
    channel::announce(section, new_life(workers));
    inside->announce(first, section);
    PortWatch ports(section, [&](std::uint32_t slot, const std::array<std::uint8_t, 6>& address) {
        if (const auto* const users = first.inside_port(); users != nullptr && users->slot == slot)
            inside->set_address(first, address);
    });
    wan->follow(wan->slots(), ports, nullptr, section);
    inside->watch(first, ports);
    const auto log = [](const std::vector<std::string>& sentences) {
        for (const std::string& sentence : sentences) spdlog::info("{}", sentence);
    };
    log(ports.look(nullptr, config::region::monotonic_ns()));

    channel::DiskThread disk;
    channel::TunnelRegistry registry(std::move(*store), section, channel::system_wall_clock(),
                                     [&disk](std::function<void()> job) { disk.add(std::move(job)); });
    channel::ViewCell cell;
    Workers running(region, first, *wan, *inside, pool->get(), cell);
    const auto make_ports = [&](const View& next) {
        auto made = wan->add(next);
        running.add_new(*wan);
        return made;
    };
    channel::ConfigChannel configuration(region, ports.addresses(), channel::ReadAtStart(first), registry, cell,
                                         workers, make_ports);
    if (auto polled = configuration.poll(); !polled) return polled;
    config::region::forget_keys(snapshot);
    const auto follow = [&](const view::ConfigView& view) {
        wan->follow(view.wan_ports, ports, &configuration, section);
        log(wan->expect(view));
        log(wan->steer(view, section));
    };
    if (configuration.current() != nullptr) follow(*configuration.current());
    const auto look_at_ports = [&](std::uint64_t now_ns) { log(ports.look(&configuration, now_ns)); };

    running.launch();
    section.state.store(static_cast<std::uint32_t>(DataplaneState::running), std::memory_order_release);
    spdlog::info("running with {} worker{}, {} code, {}", workers, workers == 1 ? "" : "s", worker::instruction_level(),
                 crypto::AesGcm::engine());

    house::Housekeeping housekeeping(region, configuration, registry, follow, look_at_ports);
    housekeeping.run(stop_requested);

    running.drain();
    housekeeping.finish();
    disk.finish();
    housekeeping.tell();
    section.state.store(static_cast<std::uint32_t>(DataplaneState::stopped), std::memory_order_release);
    spdlog::info("stopped");
    return {};
}

/// While ports were opened control did not see this process yet, and took it for granted that it would read the newest.
bool is_for_another_start(const config::region::Region& region, const View& first) {
    const auto publication = config::region::Publication::unpack(region.control().publication.load());
    const auto newest = config::region::copy_snapshot(region.control(), publication);
    return newest && !channel::ReadAtStart(first).holds_in(View(*newest));
}

}  // namespace

Result<Ending> run_gateway(const std::string& name) {
    std::signal(SIGTERM, request_stop);
    std::signal(SIGINT, request_stop);
    if (::geteuid() != 0)
        return fail("must run as root (it opens raw network ports and makes an interface): sudo ropewalk-dataplane " +
                    name);

    for (const std::string& problem : config::keep_memory_from_disks()) spdlog::warn("{}", problem);
    const auto lock = config::region::InstanceLock::take(name, config::region::Process::dataplane);
    if (!lock) return tl::make_unexpected(lock.error());
    auto attached = channel::wait_for_control(name, stop_requested);
    if (!attached) return tl::make_unexpected(attached.error());
    if (!*attached) return Ending::stopped;
    auto ran = run_with((*attached)->region, (*attached)->snapshot);
    if (ran) return Ending::stopped;
    if (stop_requested.load()) {
        spdlog::info("{}", ran.error().message);
        return Ending::stopped;
    }
    if (!is_for_another_start((*attached)->region, View((*attached)->snapshot)))
        return tl::make_unexpected(ran.error());
    spdlog::info("control has published something else meanwhile, beginning again with it: {}", ran.error().message);
    return Ending::to_begin_again;
}

}  // namespace ropewalk::dataplane
