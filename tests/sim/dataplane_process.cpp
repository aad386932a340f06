#include "tests/sim/dataplane_process.hpp"

#include "config/region/copy.hpp"
#include "config/region/view.hpp"
#include "dataplane/channel/announce.hpp"
#include "dataplane/channel/config_channel.hpp"
#include "dataplane/channel/tunnel_registry.hpp"
#include "dataplane/house/housekeeping.hpp"
#include "dataplane/worker/turn.hpp"

namespace ropewalk::tests::sim {

using config::region::DataplaneState;
using config::region::Publication;
using config::region::View;
using dataplane::channel::SequenceStore;

namespace {

constexpr unsigned workers = 1;

dataplane::channel::PortAddresses port_addresses() {
    dataplane::channel::PortAddresses addresses;
    for (std::size_t slot = 0; slot < addresses.size(); ++slot)
        addresses[slot] = {0x02, 0, 0, 0, 0, static_cast<std::uint8_t>(slot + 1)};
    return addresses;
}

}  // namespace

struct DataplaneProcess::Parts {
    Parts(const Setup& setup, SequenceStore store, const View& boot);

    config::region::Region& region;
    std::uint64_t now_ns = 0;  ///< CLOCK_MONOTONIC of the main lcore
    dataplane::worker::WorkerHops hops;
    std::unique_ptr<dataplane::stages::PathSenders> senders;
    dataplane::channel::TunnelRegistry registry;
    dataplane::channel::ViewCell cell;
    dataplane::channel::ConfigChannel channel;
    dataplane::house::Housekeeping housekeeping;
    dataplane::worker::Turn<MemoryPorts> turn;
};

DataplaneProcess::Parts::Parts(const Setup& setup, SequenceStore store, const View& boot)
    : region(setup.region),
      senders(std::make_unique<dataplane::stages::PathSenders>()),
      registry(std::move(store), setup.region.dataplane(), setup.clock),
      channel(setup.region, port_addresses(), dataplane::channel::ReadAtStart(boot), registry, cell, workers),
      housekeeping(setup.region, channel, registry, {}, {},
                   [this, clock = setup.clock] {
                       return dataplane::house::ClockReading{clock.now_ns(), now_ns, now_ns};
                   }),
      turn({.hops = &hops,
            .pool = setup.memory.pool(),
            .view = &cell,
            .section = &setup.region.dataplane(),
            .control = &setup.region.control(),
            .senders = senders.get(),
            .index = 0},
           setup.ports) {}

DataplaneProcess::DataplaneProcess(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
DataplaneProcess::~DataplaneProcess() = default;

Result<std::vector<std::uint8_t>> DataplaneProcess::attach(const config::region::Region& region) {
    const auto publication = Publication::unpack(region.control().publication.load());
    if (publication.generation == 0) return std::vector<std::uint8_t>{};
    return config::region::copy_snapshot(region.control(), publication);
}

Result<std::unique_ptr<DataplaneProcess>> DataplaneProcess::start(const Setup& setup,
                                                                  const std::vector<std::uint8_t>& boot,
                                                                  std::uint64_t now_ns) {
    auto store = SequenceStore::open(setup.state_dir);
    if (!store) return tl::make_unexpected(store.error());
    auto& section = setup.region.dataplane();
    dataplane::channel::announce(section,
                                 {setup.life, setup.pid, workers, now_ns, 1'000'000'000, "simulated", "simulated"});
    auto parts = std::make_unique<Parts>(setup, std::move(*store), View(boot));
    if (auto polled = parts->channel.poll(); !polled) return tl::make_unexpected(polled.error());
    section.state.store(static_cast<std::uint32_t>(DataplaneState::running), std::memory_order_release);
    return std::unique_ptr<DataplaneProcess>(new DataplaneProcess(std::move(parts)));
}

std::uint32_t DataplaneProcess::turn(std::uint64_t now_ns) {
    const dataplane::view::ConfigView* const view = parts_->turn.adopt_view();
    return view == nullptr ? 0 : parts_->turn.run(*view, now_ns);
}

void DataplaneProcess::keep_house(std::uint64_t now_ns) {
    parts_->now_ns = now_ns;
    parts_->housekeeping.turn(now_ns);
}

std::uint64_t DataplaneProcess::generation() const {
    return parts_->channel.generation();
}

std::uint64_t DataplaneProcess::rx_key_id() const {
    return parts_->cell.current.load()->tunnels.front().rx_key_id;
}

dataplane::tunnel::TunnelState& DataplaneProcess::tunnel() const {
    return *parts_->cell.current.load()->tunnels.front().state;
}

void DataplaneProcess::stop() {
    parts_->housekeeping.finish();
    parts_->region.dataplane().state.store(static_cast<std::uint32_t>(DataplaneState::stopped),
                                           std::memory_order_release);
}

}  // namespace ropewalk::tests::sim
