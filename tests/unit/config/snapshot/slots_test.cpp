#include "config/snapshot/slots.hpp"

#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "config/region/limits.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::config::snapshot {
namespace {

TEST(Slots, are_given_in_order_and_kept_over_a_reload) {
    schema::Gateway gateway = tests::unit::sample_gateway();
    Resolved resolved;
    ASSERT_TRUE(assign_slots(gateway, resolved));
    EXPECT_EQ(resolved.port_slots, (std::map<std::string, std::uint32_t>{{"wan1", 0}, {"wan2", 1}}));
    EXPECT_EQ(resolved.tunnel_slots, (std::map<std::string, std::uint32_t>{{"hub", 0}, {"depot", 1}}));
    EXPECT_EQ(resolved.path_slots, (std::map<std::string, std::uint32_t>{
                                       {"hub/fibre", 0}, {"hub/lte", 1}, {"hub/dsl", 2}, {"depot/only", 3}}));

    std::swap(gateway.tunnels[0], gateway.tunnels[1]);
    gateway.tunnels.push_back(gateway.tunnels[0]);
    gateway.tunnels.back().name = "third";
    ASSERT_TRUE(assign_slots(gateway, resolved));
    EXPECT_EQ(resolved.tunnel_slots.at("hub"), 0U);
    EXPECT_EQ(resolved.tunnel_slots.at("third"), 2U);
    EXPECT_EQ(resolved.path_slots.at("third/only"), 4U);
}

TEST(Slots, of_what_was_removed_are_not_given_to_another) {
    schema::Gateway gateway = tests::unit::sample_gateway();
    Resolved resolved;
    ASSERT_TRUE(assign_slots(gateway, resolved));
    gateway.tunnels.erase(gateway.tunnels.begin());
    gateway.tunnels.push_back(gateway.tunnels[0]);
    gateway.tunnels.back().name = "new";
    ASSERT_TRUE(assign_slots(gateway, resolved));
    EXPECT_EQ(resolved.tunnel_slots.at("new"), 2U);
    EXPECT_EQ(resolved.tunnel_slots.at("hub"), 0U) << "and wait for its return";
}

TEST(Slots, are_recovered_from_the_snapshot_an_earlier_control_left) {
    const schema::Gateway gateway = tests::unit::sample_gateway();
    Resolved before;
    before.tunnel_slots = {{"hub", 700}, {"depot", 3}};
    before.path_slots = {{"hub/lte", 4000}};
    before.port_slots = {{"wan2", 9}};
    ASSERT_TRUE(assign_slots(gateway, before));
    before.keys = tests::unit::resolved_for(gateway).keys;
    const std::vector<std::uint8_t> bytes = build(gateway, before, 1).value();

    Resolved after;
    recover_slots(region::View(bytes), after);
    EXPECT_EQ(after.tunnel_slots, before.tunnel_slots);
    EXPECT_EQ(after.path_slots, before.path_slots);
    EXPECT_EQ(after.port_slots, before.port_slots);
}

TEST(Slots, that_are_used_up_are_an_error_with_a_way_out) {
    schema::Gateway gateway = tests::unit::sample_gateway();
    gateway.tunnels.resize(1);
    gateway.tunnels[0].paths.clear();
    Resolved resolved;
    for (std::size_t i = 0; i < region::max_tunnels; ++i) {
        gateway.tunnels[0].name = fmt::format("t{}", i);
        ASSERT_TRUE(assign_slots(gateway, resolved)) << i;
    }
    std::set<std::uint32_t> distinct;
    for (const auto& [name, slot] : resolved.tunnel_slots) distinct.insert(slot);
    EXPECT_EQ(distinct.size(), region::max_tunnels);
    EXPECT_LT(*distinct.rbegin(), region::max_tunnels);

    gateway.tunnels[0].name = "one-more";
    const auto outcome = assign_slots(gateway, resolved);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().message,
              "all 1024 counter slots for tunnels are in use or were since ropewalk-control started, none is left for "
              "'one-more'; restart ropewalk-control to free those of removed tunnels");
}

TEST(Slots, one_kind_used_up_is_an_error_though_the_others_are_not) {
    const schema::Gateway gateway = tests::unit::sample_gateway();
    const auto fill = [](std::map<std::string, std::uint32_t>& slots, std::size_t capacity) {
        for (std::uint32_t i = 0; i < capacity; ++i) slots.emplace(fmt::format("past{}", i), i);
    };
    Resolved ports, tunnels, paths;
    fill(ports.port_slots, region::max_ports);
    fill(tunnels.tunnel_slots, region::max_tunnels);
    fill(paths.path_slots, region::max_paths);
    EXPECT_TRUE(assign_slots(gateway, ports).error().message.starts_with("all 16 counter slots for ports"));
    EXPECT_TRUE(assign_slots(gateway, tunnels).error().message.starts_with("all 1024 counter slots for tunnels"));
    EXPECT_TRUE(assign_slots(gateway, paths).error().message.starts_with("all 4096 counter slots for paths"));
}

}  // namespace
}  // namespace ropewalk::config::snapshot
