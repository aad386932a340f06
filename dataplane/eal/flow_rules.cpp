#include "dataplane/eal/flow_rules.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <rte_errno.h>
#include <rte_flow.h>

namespace ropewalk::dataplane::eal {

namespace {

rte_flow* create(std::uint16_t ethdev, const SteeringRule& rule, rte_flow_error& error) {
    rte_flow_attr attributes{};
    attributes.ingress = 1;
    rte_flow_item_ipv4 v4{}, v4_mask{};
    rte_flow_item_ipv6 v6{}, v6_mask{};
    std::memcpy(&v4.hdr.dst_addr, rule.address.data(), sizeof v4.hdr.dst_addr);
    std::memset(&v4_mask.hdr.dst_addr, 0xff, sizeof v4_mask.hdr.dst_addr);
    std::memcpy(&v6.hdr.dst_addr, rule.address.data(), sizeof v6.hdr.dst_addr);
    std::memset(&v6_mask.hdr.dst_addr, 0xff, sizeof v6_mask.hdr.dst_addr);
    rte_flow_item_udp udp{}, udp_mask{};
    udp.hdr.dst_port = __builtin_bswap16(rule.udp_port);
    udp_mask.hdr.dst_port = 0xffff;

    const bool is_v4 = rule.family == 4;
    std::array<rte_flow_item, 4> pattern{};
    pattern[0].type = RTE_FLOW_ITEM_TYPE_ETH;
    pattern[1].type = is_v4 ? RTE_FLOW_ITEM_TYPE_IPV4 : RTE_FLOW_ITEM_TYPE_IPV6;
    pattern[1].spec = is_v4 ? static_cast<const void*>(&v4) : &v6;
    pattern[1].mask = is_v4 ? static_cast<const void*>(&v4_mask) : &v6_mask;
    pattern[2].type = RTE_FLOW_ITEM_TYPE_UDP;
    pattern[2].spec = &udp;
    pattern[2].mask = &udp_mask;
    pattern[3].type = RTE_FLOW_ITEM_TYPE_END;

    rte_flow_action_queue queue{};
    queue.index = rule.queue;
    std::array<rte_flow_action, 2> actions{};
    actions[0].type = RTE_FLOW_ACTION_TYPE_QUEUE;
    actions[0].conf = &queue;
    actions[1].type = RTE_FLOW_ACTION_TYPE_END;
    return rte_flow_create(ethdev, &attributes, pattern.data(), actions.data(), &error);
}

}  // namespace

FlowRules::FlowRules(FlowRules&& other) noexcept
    : ethdev_(other.ethdev_), installed_(std::exchange(other.installed_, {})) {}

Result<void> FlowRules::set(std::span<const SteeringRule> rules) {
    rte_flow_error error{};
    std::erase_if(installed_, [&](const auto& one) {
        if (std::ranges::count(rules, one.first) != 0) return false;
        rte_flow_destroy(ethdev_, one.second, &error);
        return true;
    });
    for (const SteeringRule& rule : rules) {
        if (installed_.contains(rule)) continue;
        error = {};
        rte_flow* const flow = create(ethdev_, rule, error);
        if (flow == nullptr) {
            const int code = rte_errno;
            clear();
            return fail(error.message != nullptr ? error.message : rte_strerror(code));
        }
        installed_.emplace(rule, flow);
    }
    return {};
}

void FlowRules::clear() {
    rte_flow_error error{};
    for (const auto& [rule, flow] : installed_) rte_flow_destroy(ethdev_, flow, &error);
    installed_.clear();
}

}  // namespace ropewalk::dataplane::eal
