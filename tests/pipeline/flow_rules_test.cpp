#include "dataplane/eal/flow_rules.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include <gtest/gtest.h>
#include <rte_errno.h>
#include <rte_flow.h>

#include "tests/packets/inner_packet.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using dataplane::eal::FlowRules;
using dataplane::eal::SteeringRule;
using packets::Bytes;

/// A network card's driver in place of DPDK's: reads what it is asked for back into a rule, and refuses where told to.
struct Card {
    std::vector<SteeringRule> rules;  ///< in the order of asking
    std::optional<std::size_t> refuses_at;
    const char* word = "no room";

    rte_flow* create(const rte_flow_attr& attributes, const rte_flow_item* items, const rte_flow_action* actions) {
        if (refuses_at && rules.size() >= *refuses_at) return nullptr;
        EXPECT_TRUE(attributes.ingress == 1 && attributes.egress == 0 && attributes.transfer == 0);
        rules.push_back(read(items, actions));
        // Any pointer will do that tells flows apart.
        return reinterpret_cast<rte_flow*>(++last_flow);
    }
    std::uintptr_t last_flow = 0;
    std::vector<std::uintptr_t> destroyed;

private:
    static SteeringRule read(const rte_flow_item* items, const rte_flow_action* actions) {
        SteeringRule rule{};
        EXPECT_EQ(items[0].type, RTE_FLOW_ITEM_TYPE_ETH);
        EXPECT_EQ(items[0].spec, nullptr) << "any station";
        for (int i = 1; i < 3; ++i) EXPECT_EQ(items[i].last, nullptr) << "no range";
        if (items[1].type == RTE_FLOW_ITEM_TYPE_IPV4) {
            rule.family = 4;
            rte_flow_item_ipv4 mask{};
            mask.hdr.dst_addr = 0xffffffff;
            EXPECT_EQ(std::memcmp(items[1].mask, &mask, sizeof mask), 0) << "the destination and nothing else";
            const auto& spec = *static_cast<const rte_flow_item_ipv4*>(items[1].spec);
            std::memcpy(rule.address.data(), &spec.hdr.dst_addr, 4);
        } else {
            EXPECT_EQ(items[1].type, RTE_FLOW_ITEM_TYPE_IPV6);
            rule.family = 6;
            rte_flow_item_ipv6 mask{};
            std::fill_n(reinterpret_cast<std::uint8_t*>(&mask.hdr.dst_addr), 16, std::uint8_t{0xff});
            EXPECT_EQ(std::memcmp(items[1].mask, &mask, sizeof mask), 0) << "the destination and nothing else";
            const auto& spec = *static_cast<const rte_flow_item_ipv6*>(items[1].spec);
            std::memcpy(rule.address.data(), &spec.hdr.dst_addr, 16);
        }
        EXPECT_EQ(items[2].type, RTE_FLOW_ITEM_TYPE_UDP);
        rte_flow_item_udp mask{};
        mask.hdr.dst_port = 0xffff;
        EXPECT_EQ(std::memcmp(items[2].mask, &mask, sizeof mask), 0);
        rule.udp_port = __builtin_bswap16(static_cast<const rte_flow_item_udp*>(items[2].spec)->hdr.dst_port);
        EXPECT_EQ(items[3].type, RTE_FLOW_ITEM_TYPE_END);
        EXPECT_EQ(actions[0].type, RTE_FLOW_ACTION_TYPE_QUEUE);
        rule.queue = static_cast<const rte_flow_action_queue*>(actions[0].conf)->index;
        EXPECT_EQ(actions[1].type, RTE_FLOW_ACTION_TYPE_END);
        return rule;
    }
};

Card* card = nullptr;
constexpr std::uint16_t ethdev = 7;

SteeringRule rule(const char* address, std::uint16_t udp_port, std::uint16_t queue) {
    const Bytes bytes = packets::address_bytes(address);
    SteeringRule made{static_cast<std::uint8_t>(bytes.size() == 4 ? 4 : 6), {}, udp_port, queue};
    std::copy(bytes.begin(), bytes.end(), made.address.begin());
    return made;
}

class FlowRulesTest : public ::testing::Test {
protected:
    FlowRulesTest() { card = &device; }
    ~FlowRulesTest() override { card = nullptr; }

    Card device;
    const std::vector<SteeringRule> two{rule("203.0.113.9", 4500, 0), rule("203.0.113.9", 4501, 1)};
};

TEST_F(FlowRulesTest, ask_for_destination_address_and_port_in_both_families) {
    const std::vector wanted{rule("203.0.113.9", 4500, 0), rule("2001:db8::9", 65535, 15)};
    FlowRules rules(ethdev);
    ASSERT_TRUE(rules.set(wanted));
    EXPECT_EQ(device.rules, wanted);
}

TEST_F(FlowRulesTest, change_what_has_changed_and_no_more) {
    FlowRules rules(ethdev);
    ASSERT_TRUE(rules.set(two));
    ASSERT_TRUE(rules.set(two));
    EXPECT_EQ(device.rules.size(), 2U) << "they were there";
    ASSERT_TRUE(rules.set(std::vector{two[0], rule("203.0.113.9", 4501, 0)}));
    EXPECT_EQ(device.destroyed, std::vector<std::uintptr_t>{2}) << "first, or the new one would contradict it";
    EXPECT_EQ(device.rules.back(), rule("203.0.113.9", 4501, 0));
    ASSERT_TRUE(rules.set({}));
    EXPECT_EQ(device.destroyed.size(), 3U);
}

TEST_F(FlowRulesTest, all_go_when_the_device_refuses_one) {
    device.refuses_at = 1;
    FlowRules rules(ethdev);
    const auto refused = rules.set(two);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "no room");
    EXPECT_EQ(device.destroyed, std::vector<std::uintptr_t>{1});
    device.word = nullptr;
    EXPECT_EQ(rules.set(two).error().message, rte_strerror(ENOSYS)) << "many drivers say no more than that";
    device.refuses_at.reset();
    EXPECT_TRUE(rules.set(two)) << "a later reload may ask for less";
}

TEST_F(FlowRulesTest, are_taken_out_once_at_the_end) {
    {
        FlowRules rules(ethdev);
        ASSERT_TRUE(rules.set(two));
        const FlowRules moved(std::move(rules));
        EXPECT_TRUE(device.destroyed.empty());
    }
    std::ranges::sort(device.destroyed);
    EXPECT_EQ(device.destroyed, (std::vector<std::uintptr_t>{1, 2}));
}

}  // namespace
}  // namespace ropewalk::tests::pipeline

// These stand before the library's when the program is linked. No virtual device of DPDK's takes rules everywhere: tap
// needs a kernel with cls_flower.
extern "C" {

rte_flow* rte_flow_create(std::uint16_t port_id, const rte_flow_attr* attr, const rte_flow_item pattern[],
                          const rte_flow_action actions[], rte_flow_error* error) {
    using namespace ropewalk::tests::pipeline;
    EXPECT_EQ(port_id, ethdev);
    rte_flow* const flow = card->create(*attr, pattern, actions);
    if (flow == nullptr) {
        error->message = card->word;
        rte_errno = ENOSYS;
    }
    return flow;
}

int rte_flow_destroy(std::uint16_t, rte_flow* flow, rte_flow_error*) {
    ropewalk::tests::pipeline::card->destroyed.push_back(reinterpret_cast<std::uintptr_t>(flow));
    return 0;
}
}
