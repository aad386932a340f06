#include "dataplane/channel/config_channel.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "config/region/fixed_text.hpp"
#include "config/region/verify.hpp"
#include "config/region/view.hpp"
#include "tests/packets/slow_disk.hpp"
#include "tests/packets/temporary_folder.hpp"
#include "tests/pipeline/gateway_shape.hpp"
#include "tests/pipeline/snapshot_of.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using config::region::Publication;
using config::region::Region;
using config::region::SnapshotHeader;
using dataplane::channel::ConfigChannel;
using dataplane::channel::ReadAtStart;
using dataplane::view::ConfigView;
using Snapshot = std::vector<std::uint8_t>;

/// Control's hands on one side of a real region and the channel of one worker's dataplane on the other.
class ConfigChannelTest : public ::testing::Test {
protected:
    void SetUp() override {
        const std::string name = "pipeline-" + std::to_string(::getpid());
        auto made = Region::create_or_take_over(name);
        ASSERT_TRUE(made) << made.error().message;
        control.emplace(std::move(*made));
        auto attached = Region::attach(name, config::region::Role::dataplane);
        ASSERT_TRUE(attached) << attached.error().message;
        dataplane.emplace(std::move(*attached));
        auto store = dataplane::channel::SequenceStore::open(state_dir.path());
        ASSERT_TRUE(store) << store.error().message;
        registry.emplace(std::move(*store), dataplane->dataplane());
        start_with(snapshot(1));
    }
    void TearDown() override {
        ::unlink(config::region::region_path("pipeline-" + std::to_string(::getpid())).c_str());
    }

    void start_with(const Snapshot& first, ConfigChannel::MakePorts make_ports = {}) {
        dataplane::channel::PortAddresses addresses;
        addresses.fill({2, 0, 0, 0, 0, 1});
        channel.emplace(*dataplane, addresses, ReadAtStart(config::region::View(first)), *registry, cell, 1,
                        std::move(make_ports));
    }
    Snapshot snapshot(std::uint64_t generation, const GatewayShape& shape = {}) {
        return snapshot_of(configuration_of(edge_yaml(shape)), resolved, generation);
    }
    void publish(const Snapshot& bytes, std::uint64_t generation, std::uint32_t slot) {
        if (slot < config::region::snapshot_slots)
            std::copy(bytes.begin(), bytes.end(), control->control().slots[slot].bytes.begin());
        control->control().publication.store(Publication{generation, slot}.pack(), std::memory_order_release);
    }
    void publish(const Snapshot& bytes, std::uint64_t generation) {
        publish(bytes, generation, static_cast<std::uint32_t>(generation % config::region::snapshot_slots));
    }
    /// As a worker does first thing in a turn.
    void acknowledge() { dataplane->dataplane().workers[0].acknowledged_epoch = cell.epoch.load(); }
    const ConfigView* current() const { return cell.current.load(); }
    const config::region::DataplaneSection& told() const { return control->dataplane(); }

    /// The second publication is refused, is said once and to both sides, and changes nothing.
    void expect_refused(const Snapshot& bytes, std::uint64_t generation, std::uint32_t slot, const std::string& why) {
        const ConfigView* const before = current();
        publish(bytes, generation, slot);
        const auto polled = channel->poll();
        ASSERT_FALSE(polled);
        EXPECT_NE(polled.error().message.find(why), std::string::npos) << polled.error().message;
        EXPECT_EQ(current(), before);
        EXPECT_EQ(told().refused_generation, generation);
        EXPECT_EQ(told().verified_generation, 1U);
        const auto text = config::region::text_of(told().refusal);
        EXPECT_EQ(text, polled.error().message.substr(0, told().refusal.size() - 1));
        EXPECT_TRUE(channel->poll()) << "it is said once";
        EXPECT_EQ(channel->generation(), 1U);
    }

    packets::TemporaryFolder state_dir;
    std::optional<Region> control, dataplane;
    std::optional<dataplane::channel::TunnelRegistry> registry;
    dataplane::channel::ViewCell cell;
    config::snapshot::Resolved resolved;
    std::optional<ConfigChannel> channel;
};

TEST_F(ConfigChannelTest, without_a_publication_there_is_no_view) {
    EXPECT_TRUE(channel->poll());
    EXPECT_EQ(current(), nullptr);
    EXPECT_EQ(channel->generation(), 0U);
}

TEST_F(ConfigChannelTest, hands_a_publication_to_the_workers) {
    publish(snapshot(1), 1);
    ASSERT_TRUE(channel->poll());
    ASSERT_NE(current(), nullptr);
    EXPECT_EQ(current()->generation, 1U);
    EXPECT_EQ(current()->tunnels.size(), 1U);
    EXPECT_EQ(told().verified_generation, 1U);
    EXPECT_EQ(told().refused_generation, 0U);
    const ConfigView* const first = current();
    ASSERT_TRUE(channel->poll());
    EXPECT_EQ(current(), first) << "the same publication is not taken twice";
}

TEST_F(ConfigChannelTest, refuses_a_bad_checksum_and_goes_on_with_the_old_view) {
    publish(snapshot(1), 1);
    ASSERT_TRUE(channel->poll());
    Snapshot bad = snapshot(2);
    bad.back() ^= 1;
    expect_refused(bad, 2, 2, "checksum");

    publish(snapshot(3), 3);
    ASSERT_TRUE(channel->poll()) << "the next good one is taken";
    EXPECT_EQ(current()->generation, 3U);
    EXPECT_EQ(told().verified_generation, 3U);
}

TEST_F(ConfigChannelTest, refuses_what_is_not_what_the_publication_says) {
    publish(snapshot(1), 1);
    ASSERT_TRUE(channel->poll());
    expect_refused(snapshot(2), 5, 2, "generation");
    expect_refused({}, 6, config::region::snapshot_slots, "slot");
    expect_refused({}, 7, 255, "slot");
    expect_refused(Snapshot(4096), 8, 2, "magic");
}

TEST_F(ConfigChannelTest, refuses_a_size_beyond_the_slot) {
    publish(snapshot(1), 1);
    ASSERT_TRUE(channel->poll());
    Snapshot bad = snapshot(2);
    reinterpret_cast<SnapshotHeader*>(bad.data())->size = 0xffff'ffff;
    expect_refused(bad, 2, 2, "size");
}

TEST_F(ConfigChannelTest, refuses_other_ports_and_says_what_to_do) {
    publish(snapshot(1), 1);
    ASSERT_TRUE(channel->poll());
    GatewayShape two;
    two.paths = 2;
    expect_refused(snapshot(2, two), 2, 2, "restart the dataplane");
}

TEST_F(ConfigChannelTest, refuses_whatever_it_cannot_change_while_it_runs_and_names_it) {
    using config::schema::Gateway;
    const struct {
        const char* key;
        void (*change)(Gateway&);
    } changes[] = {
        {"dataplane.workers", [](Gateway& gateway) { gateway.dataplane.workers = 2; }},
        {"dataplane.worker_cpus", [](Gateway& gateway) { gateway.dataplane.worker_cpus = {3}; }},
        {"dataplane.memory", [](Gateway& gateway) { gateway.dataplane.memory = {256ULL << 20}; }},
        {"dataplane.idle", [](Gateway& gateway) { gateway.dataplane.idle = config::IdleMode::spin; }},
        {"dataplane.hugepages", [](Gateway& gateway) { gateway.dataplane.hugepages = config::Hugepages::required; }},
        {"dataplane.eal_args", [](Gateway& gateway) { gateway.dataplane.eal_args = {"--no-telemetry"}; }},
        {"gateway.state_dir", [](Gateway& gateway) { gateway.state_dir = "/elsewhere"; }},
        {"gateway.name", [](Gateway& gateway) { gateway.name = "other"; }},
        {"inside.interface", [](Gateway& gateway) { gateway.inside.interface = "rw9"; }},
    };
    const Gateway gateway = configuration_of(edge_yaml({}));
    publish(snapshot(1), 1);
    ASSERT_TRUE(channel->poll());
    std::uint64_t generation = 1;
    for (const auto& [key, change] : changes) {
        Gateway changed = gateway;
        change(changed);
        ++generation;
        expect_refused(snapshot_of(changed, resolved, generation), generation, generation % 3, key);
    }
    ++generation;
    publish(snapshot(generation), generation, 0);
    EXPECT_TRUE(channel->poll()) << "what it was started with is still taken";
    EXPECT_EQ(channel->generation(), generation);
}

/// The users move from the kernel's interface to a port that is there already, but was not opened for them.
TEST_F(ConfigChannelTest, refuses_another_port_of_the_inside) {
    GatewayShape shape;
    shape.ports = GatewayShape::Ports::shared;
    publish(snapshot(1, shape), 1);
    ASSERT_TRUE(channel->poll());
    auto moved = configuration_of(edge_yaml(shape));
    moved.inside.interface.clear();
    moved.inside.port = "wan2";
    moved.inside.next_hop = config::schema::parse_mac_address("02:00:00:00:00:01");
    expect_refused(snapshot_of(moved, resolved, 2), 2, 2, "inside.port is not what this dataplane was started with");
}

/// The edge of the tests, with a kernel's interface among its ports.
config::schema::Gateway with_interface(const std::string& port, const std::string& interface) {
    auto gateway = configuration_of(edge_yaml({}));
    gateway.ports.insert(gateway.ports.begin(), {.name = port, .device = interface});
    return gateway;
}

TEST_F(ConfigChannelTest, has_ports_made_that_come_before_workers_are_told_of_them) {
    std::vector<std::size_t> asked;
    bool can_be_had = false;
    start_with(snapshot(1), [&](const config::region::View& next) -> Result<void> {
        asked.push_back(next.ports().size());
        EXPECT_TRUE(current() == nullptr || current()->generation < next.header().generation);
        return can_be_had ? Result<void>{} : fail("ports.lte: no sockets left");
    });
    can_be_had = true;
    publish(snapshot(1), 1);
    ASSERT_TRUE(channel->poll());
    can_be_had = false;
    expect_refused(snapshot_of(with_interface("lte", "wwan0"), resolved, 2), 2, 2, "ports.lte: no sockets left");

    can_be_had = true;
    publish(snapshot_of(with_interface("lte", "wwan0"), resolved, 3), 3);
    ASSERT_TRUE(channel->poll());
    EXPECT_EQ(current()->wan_ports, (std::vector<std::uint16_t>{3, 0, 1, 2})) << "slots do not follow places";
    EXPECT_EQ(current()->tunnels[0].paths[2].port, 2);
    EXPECT_EQ(asked, (std::vector<std::size_t>{3, 4, 4}));

    publish(snapshot(4), 4);
    ASSERT_TRUE(channel->poll());
    EXPECT_EQ(current()->wan_ports, (std::vector<std::uint16_t>{0, 1, 2}));
}

TEST_F(ConfigChannelTest, refuses_a_port_of_the_start_that_is_another_now) {
    publish(snapshot(1), 1);
    ASSERT_TRUE(channel->poll());
    auto changed = configuration_of(edge_yaml({}));
    changed.ports[1].spread = config::Spread::never;
    expect_refused(snapshot_of(changed, resolved, 2), 2, 2, "ports is not what this dataplane");
}

/// It may have been removed meanwhile, which only they know.
TEST_F(ConfigChannelTest, leaves_to_those_who_make_ports_whether_one_that_comes_and_goes_may_be_another) {
    bool may_be = false;
    start_with(snapshot_of(with_interface("lte", "wwan0"), resolved, 1), [&](const config::region::View& next) {
        const bool is_another = config::region::text_of(next.ports()[0].device) == "wwan1";
        return is_another && !may_be ? Result<void>(fail("ports.lte: it is in use")) : Result<void>{};
    });
    publish(snapshot_of(with_interface("lte", "wwan0"), resolved, 1), 1);
    ASSERT_TRUE(channel->poll());
    expect_refused(snapshot_of(with_interface("lte", "wwan1"), resolved, 2), 2, 2, "ports.lte: it is in use");
    may_be = true;
    publish(snapshot_of(with_interface("lte", "wwan1"), resolved, 3), 3);
    ASSERT_TRUE(channel->poll());
    EXPECT_EQ(channel->generation(), 3U);
}

/// Its place changes, and it does not.
TEST_F(ConfigChannelTest, the_port_of_the_inside_is_known_by_its_slot) {
    const auto behind_wan3 = [](config::schema::Gateway gateway) {
        gateway.tunnels[0].paths.pop_back();
        gateway.inside.interface.clear();
        gateway.inside.port = "wan3";
        gateway.inside.next_hop = config::schema::parse_mac_address("02:00:00:00:00:01");
        return gateway;
    };
    const auto first = snapshot_of(behind_wan3(configuration_of(edge_yaml({}))), resolved, 1);
    start_with(first);
    publish(first, 1);
    ASSERT_TRUE(channel->poll());
    EXPECT_EQ(current()->wan_ports, (std::vector<std::uint16_t>{0, 1}));
    publish(snapshot_of(behind_wan3(with_interface("lte", "wwan0")), resolved, 2), 2);
    ASSERT_TRUE(channel->poll());
    EXPECT_EQ(current()->wan_ports, (std::vector<std::uint16_t>{3, 0, 1}));
}

TEST_F(ConfigChannelTest, a_tunnel_whose_sequence_numbers_cannot_be_used_holds_up_no_other) {
    GatewayShape with;
    with.depot = GatewayShape::Depot::present;
    const Snapshot bytes = snapshot(1, with);
    const std::uint64_t key = config::region::View(bytes).tunnels()[1].tx_key_id;
    const auto store = dataplane::channel::SequenceStore::open(state_dir.path());
    ASSERT_TRUE(store->write_sent(key, ~std::uint64_t{0} / 4));
    publish(bytes, 1);
    const auto polled = channel->poll();
    ASSERT_TRUE(polled) << polled.error().message;
    ASSERT_NE(current(), nullptr);
    EXPECT_TRUE(current()->tunnels[0].state->sequence.reserve(1));
    EXPECT_FALSE(current()->tunnels[1].state->sequence.reserve(1));
    EXPECT_EQ(told().verified_generation, 1U);
    bool named = false;
    for (const auto& notice : registry->take_notices())
        named |= notice.text.starts_with("tunnel depot sends nothing: the clock stands");
    EXPECT_TRUE(named);
}

TEST_F(ConfigChannelTest, a_disk_that_refuses_the_first_record_of_a_tunnel_does_not_refuse_the_configuration) {
    publish(snapshot(1), 1);
    ASSERT_TRUE(channel->poll());
    GatewayShape with;
    with.depot = GatewayShape::Depot::present;
    const Snapshot bytes = snapshot(2, with);
    const std::string obstacle =
        fmt::format("{}/sequence/{:016x}.new", state_dir.path(), config::region::View(bytes).tunnels()[1].tx_key_id);
    std::filesystem::create_directory(obstacle);
    publish(bytes, 2);
    ASSERT_TRUE(channel->poll());
    EXPECT_EQ(told().verified_generation, 2U);
    EXPECT_FALSE(current()->tunnels[1].state->sequence.reserve(1));

    std::filesystem::remove(obstacle);
    registry->try_again();
    registry->follow_disk();
    EXPECT_TRUE(current()->tunnels[1].state->sequence.reserve(1));
}

TEST_F(ConfigChannelTest, workers_go_on_with_what_they_have_until_the_disk_has_answered_for_every_tunnel) {
    packets::SlowDisk disk;
    registry.emplace(*dataplane::channel::SequenceStore::open(state_dir.path()), dataplane->dataplane(),
                     dataplane::channel::system_wall_clock(), disk.runner());
    const auto answer = [&] {
        disk.catch_up();
        registry->follow_disk();
    };
    publish(snapshot(1), 1);
    ASSERT_TRUE(channel->poll());
    EXPECT_EQ(current(), nullptr);
    answer();
    ASSERT_TRUE(channel->poll());
    ASSERT_EQ(channel->generation(), 1U);
    acknowledge();

    GatewayShape with;
    with.depot = GatewayShape::Depot::present;
    publish(snapshot(2, with), 2);
    for (int turn = 0; turn < 3; ++turn) ASSERT_TRUE(channel->poll());
    EXPECT_EQ(channel->generation(), 1U);
    EXPECT_EQ(told().verified_generation, 1U);
    publish(snapshot(3, with), 3);
    ASSERT_TRUE(channel->poll());
    answer();
    ASSERT_TRUE(channel->poll());
    EXPECT_EQ(channel->generation(), 3U) << "the newest one";
    EXPECT_TRUE(current()->tunnels[1].state->sequence.reserve(1));
    acknowledge();
    ASSERT_TRUE(channel->poll());
    EXPECT_TRUE(current()->tunnels[1].state->sequence.reserve(1)) << "what is in use is not forgotten";
}

TEST_F(ConfigChannelTest, keeps_a_view_and_its_tunnels_until_the_worker_has_left_it) {
    GatewayShape with;
    with.depot = GatewayShape::Depot::present;
    const Snapshot first = snapshot(1, with);
    publish(first, 1);
    ASSERT_TRUE(channel->poll());
    acknowledge();
    const ConfigView* const in_use = current();
    const auto depot = config::region::View(first).tunnels()[1];

    publish(snapshot(2), 2);
    ASSERT_TRUE(channel->poll());
    ASSERT_TRUE(channel->poll());
    ASSERT_NE(current(), in_use);
    EXPECT_EQ(in_use->generation, 1U) << "the worker may still read it";
    in_use->tunnels[1].state->sequence.reserve(5);
    EXPECT_EQ(registry->kept_for(depot)->state, in_use->tunnels[1].state);

    const std::uint64_t limit = in_use->tunnels[1].state->sequence.limit();
    acknowledge();
    ASSERT_TRUE(channel->poll());
    EXPECT_GE(registry->kept_for(depot)->state->sequence.next(), limit) << "the removed tunnel's state is gone";
}

std::array<std::uint8_t, 6> source_of(const ConfigView& view, std::size_t path) {
    std::array<std::uint8_t, 6> source;
    std::copy_n(view.tunnels[0].paths[path].header.bytes.begin() + 6, 6, source.begin());
    return source;
}

TEST_F(ConfigChannelTest, another_address_of_a_port_stands_in_the_headers_of_its_paths_and_of_those_to_come) {
    constexpr std::array<std::uint8_t, 6> at_start{2, 0, 0, 0, 0, 1}, other{2, 0, 0, 0, 0, 99};
    publish(snapshot(1), 1);
    ASSERT_TRUE(channel->poll());
    acknowledge();
    const ConfigView* const before = current();
    ASSERT_EQ(before->tunnels[0].paths[1].port, 1);

    channel->set_port_address(1, other);
    ASSERT_NE(current(), before);
    EXPECT_EQ(current()->generation, 1U);
    EXPECT_EQ(source_of(*current(), 0), at_start);
    EXPECT_EQ(source_of(*current(), 1), other);
    EXPECT_EQ(source_of(*before, 1), at_start) << "what workers read does not change";
    EXPECT_EQ(current()->tunnels[0].state, before->tunnels[0].state);
    ASSERT_TRUE(channel->poll());
    EXPECT_EQ(before->generation, 1U) << "the worker may still read it";
    acknowledge();

    publish(snapshot(2), 2);
    ASSERT_TRUE(channel->poll());
    EXPECT_EQ(current()->generation, 2U);
    EXPECT_EQ(source_of(*current(), 1), other);
}

TEST_F(ConfigChannelTest, an_address_that_changes_while_a_configuration_waits_for_the_disk_stands_in_both) {
    constexpr std::array<std::uint8_t, 6> other{2, 0, 0, 0, 0, 99};
    packets::SlowDisk disk;
    registry.emplace(*dataplane::channel::SequenceStore::open(state_dir.path()), dataplane->dataplane(),
                     dataplane::channel::system_wall_clock(), disk.runner());
    publish(snapshot(1), 1);
    ASSERT_TRUE(channel->poll());
    ASSERT_EQ(current(), nullptr);
    channel->set_port_address(2, other);
    EXPECT_EQ(current(), nullptr) << "it is not handed over before its time";
    disk.catch_up();
    registry->follow_disk();
    ASSERT_TRUE(channel->poll());
    ASSERT_NE(current(), nullptr);
    EXPECT_EQ(source_of(*current(), 2), other);
}

TEST_F(ConfigChannelTest, a_grace_is_over_when_every_worker_has_begun_another_turn) {
    const std::uint64_t first = channel->begin_grace();
    EXPECT_FALSE(channel->is_over(first));
    acknowledge();
    EXPECT_TRUE(channel->is_over(first));
    const std::uint64_t second = channel->begin_grace();
    EXPECT_FALSE(channel->is_over(second));
    EXPECT_TRUE(channel->is_over(first));
}

TEST_F(ConfigChannelTest, compiles_only_what_changed) {
    publish(snapshot(1), 1);
    ASSERT_TRUE(channel->poll());
    const auto routes = current()->routes;
    const auto* const key = current()->tunnels[0].tx_key;

    GatewayShape shape;
    shape.classes = "      all: { copies: 1 }\n";
    publish(snapshot(2, shape), 2);
    ASSERT_TRUE(channel->poll());
    EXPECT_EQ(current()->routes, routes) << "the prefixes are as they were";
    EXPECT_EQ(current()->tunnels[0].tx_key, key);

    shape.depot = GatewayShape::Depot::present;
    publish(snapshot(3, shape), 3);
    ASSERT_TRUE(channel->poll());
    EXPECT_NE(current()->routes, routes);
    EXPECT_EQ(current()->tunnels[0].tx_key, key);
}

TEST_F(ConfigChannelTest, a_tunnel_that_stays_keeps_its_state) {
    publish(snapshot(1), 1);
    ASSERT_TRUE(channel->poll());
    auto* const state = current()->tunnels[0].state;
    for (std::uint64_t generation = 2; generation < 10; ++generation) {
        acknowledge();
        publish(snapshot(generation), generation);
        ASSERT_TRUE(channel->poll());
        ASSERT_EQ(current()->tunnels[0].state, state);
    }
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
