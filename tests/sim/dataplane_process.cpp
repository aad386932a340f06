#include "tests/sim/dataplane_process.hpp"

#include "config/snapshot/copy.hpp"
#include "config/snapshot/view.hpp"
#include "dataplane/channel/announce.hpp"

namespace ropewalk::tests::sim {

using config::snapshot::DataplaneState;
using config::snapshot::Publication;
using config::snapshot::View;
using dataplane::channel::SequenceStore;

namespace {

constexpr unsigned workers = 1;

std::vector<std::uint32_t> slots_of(const View& boot) {
    std::vector<std::uint32_t> slots;
    for (const auto& port : boot.ports()) slots.push_back(port.slot);
    return slots;
}

std::vector<std::array<std::uint8_t, 6>> addresses_of(const View& boot) {
    std::vector<std::array<std::uint8_t, 6>> addresses;
    for (std::size_t i = 0; i < boot.ports().size(); ++i)
        addresses.push_back({0x02, 0, 0, 0, 0, static_cast<std::uint8_t>(i + 1)});
    return addresses;
}

}  // namespace

Result<std::vector<std::uint8_t>> DataplaneProcess::attach(const config::snapshot::Region& region) {
    const auto publication = Publication::unpack(region.control().publication.load());
    if (publication.generation == 0) return std::vector<std::uint8_t>{};
    return config::snapshot::copy_snapshot(region.control(), publication);
}

Result<std::unique_ptr<DataplaneProcess>> DataplaneProcess::start(const Setup& setup,
                                                                  const std::vector<std::uint8_t>& boot,
                                                                  std::uint64_t now_ns) {
    auto store = SequenceStore::open(setup.state_dir);
    if (!store) return tl::make_unexpected(store.error());
    auto& section = setup.region.dataplane();
    dataplane::channel::announce(section,
                                 {setup.life, setup.pid, workers, now_ns, 1'000'000'000, "simulated", "simulated"});
    std::unique_ptr<DataplaneProcess> process(new DataplaneProcess(setup, std::move(*store), View(boot)));
    if (auto polled = process->channel_.poll(); !polled) return tl::make_unexpected(polled.error());
    section.state.store(static_cast<std::uint32_t>(DataplaneState::running), std::memory_order_release);
    return process;
}

DataplaneProcess::DataplaneProcess(const Setup& setup, SequenceStore store, const View& boot)
    : region_(setup.region),
      wan_slots_(slots_of(boot)),
      links_(dataplane::worker::Links::for_one_worker(boot.ports().size())),
      senders_(std::make_unique<dataplane::worker::PathSenders>()),
      receivers_(std::make_unique<dataplane::worker::PathReceivers>()),
      registry_(std::move(store), setup.region.dataplane(), setup.clock),
      channel_(setup.region, addresses_of(boot), {boot.ports().begin(), boot.ports().end()}, registry_, cell_, workers),
      housekeeping_(setup.region, channel_, registry_),
      turn_({wan_slots_, &links_.of(0), setup.memory.pool(), &cell_, &setup.region.dataplane(), &setup.region.control(),
             senders_.get(), receivers_.get(), 0},
            setup.ports) {}

std::uint32_t DataplaneProcess::turn(std::uint64_t now_ns) {
    const dataplane::channel::ConfigView* const view = turn_.adopt_view();
    return view == nullptr ? 0 : turn_.run(*view, now_ns);
}

void DataplaneProcess::stop() {
    region_.dataplane().state.store(static_cast<std::uint32_t>(DataplaneState::stopped), std::memory_order_release);
}

}  // namespace ropewalk::tests::sim
