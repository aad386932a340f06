#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <type_traits>

#include <fmt/format.h>

#include "config/snapshot/slots.hpp"
#include "control/region_exchange.hpp"
#include "dataplane/channel/config_channel.hpp"
#include "perf/fixture/gateway_configuration.hpp"
#include "perf/micro/bench.hpp"
#include "tests/packets/temporary_folder.hpp"

namespace ropewalk::perf::micro {

namespace {

using namespace config;

/// What is another in each publication.
enum class Change : std::int64_t { key_of_one_tunnel = 0, prefix_of_one_tunnel = 1 };

constexpr std::uint16_t paths = 2;

template <class T>
T value_or_throw(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// 2001:db8:GROUP::/48.
schema::Prefix prefix_of(std::uint16_t group) {
    return {{Family::ipv6,
             {0x20, 0x01, 0x0d, 0xb8, static_cast<std::uint8_t>(group >> 8), static_cast<std::uint8_t>(group)}},
            48};
}

/// A hub: peer i is at port 1024 + i of the same address.
schema::Gateway hub_with(std::uint16_t tunnels) {
    schema::Gateway hub = fixture::gateway_configuration(fixture::End::near, Cipher::aes_256_gcm, paths);
    hub.name = fmt::format("perf-publication-{}", ::getpid());
    const schema::Tunnel like = hub.tunnels.front();
    hub.tunnels.assign(tunnels, like);
    for (std::uint16_t i = 0; i < tunnels; ++i) {
        schema::Tunnel& tunnel = hub.tunnels[i];
        tunnel.name = tunnel.peer = fmt::format("peer{}", i);
        tunnel.prefixes = {prefix_of(i)};
        tunnel.window_packets = 1 << region::min_window_log2;
        for (schema::Path& path : tunnel.paths) path.peer.udp_port = static_cast<std::uint16_t>(1024 + i);
    }
    return hub;
}

/// The `number`-th pair of keys; no two have an id or an SPI in common.
snapshot::TunnelKeys keys_number(std::uint32_t number) {
    snapshot::TunnelKeys keys = fixture::keys_of(fixture::End::near);
    keys.tx_key_id = keys.tx_spi = 0x10000U + 2 * number;
    keys.rx_key_id = keys.rx_spi = 0x10001U + 2 * number;
    std::memcpy(keys.tx_key.data(), &keys.tx_spi, sizeof keys.tx_spi);
    std::memcpy(keys.rx_key.data(), &keys.rx_spi, sizeof keys.rx_spi);
    return keys;
}

/// Both sides of a gateway's shared memory, without their processes.
class Gateway {
public:
    explicit Gateway(std::uint16_t tunnels)
        : hub_(hub_with(tunnels)),
          control_(value_or_throw(region::Region::create_or_take_over(hub_.name))),
          dataplane_(value_or_throw(region::Region::attach(hub_.name, region::Role::dataplane))) {
        for (const schema::Tunnel& tunnel : hub_.tunnels) resolved_.keys[tunnel.name] = keys_number(next_keys_++);
        value_or_throw(snapshot::assign_slots(hub_, resolved_));
        registry_.emplace(value_or_throw(dataplane::channel::SequenceStore::open(folder_.path())),
                          dataplane_.dataplane());
        const auto bytes = prepare();
        dataplane::channel::PortAddresses addresses;
        addresses.fill({2, 0, 0, 0, 1, 0});
        channel_.emplace(dataplane_, addresses, dataplane::channel::ReadAtStart(region::View(bytes)), *registry_, cell_,
                         1);
        publish(bytes);
    }
    ~Gateway() {
        std::error_code ignored;
        std::filesystem::remove(region::region_path(hub_.name), ignored);
    }

    void change(Change what) {
        // Of tunnels all over the table, by a step that has no factor in common with their number.
        const std::size_t index = changes_++ * 7919 % hub_.tunnels.size();
        if (what == Change::key_of_one_tunnel)
            resolved_.keys[hub_.tunnels[index].name] = keys_number(next_keys_++);
        else
            hub_.tunnels[index].prefixes = {prefix_of(static_cast<std::uint16_t>(0x8000 + changes_ % 0x4000))};
    }

    /// Control's share.
    std::vector<std::uint8_t> prepare() { return value_or_throw(publisher_.prepare(hub_, resolved_)); }

    /// Hands `bytes` over the shared memory to a worker, who takes them at once.
    void publish(const std::vector<std::uint8_t>& bytes) {
        control::Effects effects;
        const auto facts = control::publication::look_at_dataplane(dataplane_.dataplane(), 0, {});
        if (publisher_.publish(bytes, facts, effects.publish) != control::publication::Publisher::Outcome::published)
            throw std::runtime_error("nothing was published");
        exchange_.apply(effects);
        value_or_throw(channel_->poll());
        // As a worker does first thing in a turn.
        auto& worker = dataplane_.dataplane().workers[0];
        worker.acknowledged_generation.store(cell_.current.load(std::memory_order_acquire)->generation,
                                             std::memory_order_release);
        worker.acknowledged_epoch.store(cell_.epoch.load(std::memory_order_acquire), std::memory_order_release);
    }

private:
    schema::Gateway hub_;
    snapshot::Resolved resolved_;
    region::Region control_, dataplane_;
    control::RegionExchange exchange_{control_};
    control::publication::Publisher publisher_;
    tests::packets::TemporaryFolder folder_;
    dataplane::channel::ViewCell cell_;
    std::optional<dataplane::channel::TunnelRegistry> registry_;
    std::optional<dataplane::channel::ConfigChannel> channel_;
    std::uint32_t next_keys_ = 0, changes_ = 0;
};

/// Time from a publication to the worker's acknowledgement; beside it what control needs to build and verify it.
void publication(benchmark::State& state) {
    Gateway gateway(static_cast<std::uint16_t>(state.range(0)));
    const auto hz = static_cast<double>(rte_get_tsc_hz());
    std::vector<double> prepared, taken;
    for ([[maybe_unused]] auto turn : state) {
        gateway.change(static_cast<Change>(state.range(1)));
        const std::uint64_t began = fixture::start_cycles();
        const auto bytes = gateway.prepare();
        const std::uint64_t published = fixture::read_cycles();
        gateway.publish(bytes);
        const std::uint64_t acknowledged = fixture::read_cycles();
        prepared.push_back(static_cast<double>(published - began) / hz);
        taken.push_back(static_cast<double>(acknowledged - published) / hz);
        state.SetIterationTime(taken.back());
    }
    state.counters["us/publication"] = fixture::median_of(std::move(taken)) * 1e6;
    state.counters["us/prepare"] = fixture::median_of(std::move(prepared)) * 1e6;
}
BENCHMARK(publication)
    ->ArgNames({"tunnels", "change"})
    ->ArgsProduct({{1, 1000}, {0, 1}})
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace

}  // namespace ropewalk::perf::micro
