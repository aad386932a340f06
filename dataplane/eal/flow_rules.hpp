#pragma once

#include <cstdint>
#include <map>
#include <span>

#include "config/result.hpp"
#include "dataplane/eal/steering_rule.hpp"

struct rte_flow;

namespace ropewalk::dataplane::eal {

/// Steering rules in a started ethdev (rte_flow: Ethernet / IP destination / UDP destination -> queue). May be changed
/// by one thread while others receive. Taken out at destruction, which must come before the port is stopped.
class FlowRules {
public:
    explicit FlowRules(std::uint16_t ethdev) : ethdev_(ethdev) {}
    FlowRules(FlowRules&& other) noexcept;
    FlowRules& operator=(FlowRules&&) = delete;
    ~FlowRules() { clear(); }

    /// Leaves what stays, takes out what is not wanted, puts in what is new. When the device refuses one, none stays:
    /// half of a tunnel's shards would be no better than none. The error is the driver's word.
    Result<void> set(std::span<const SteeringRule> rules);
    void clear();

private:
    std::uint16_t ethdev_;
    std::map<SteeringRule, rte_flow*> installed_;
};

}  // namespace ropewalk::dataplane::eal
