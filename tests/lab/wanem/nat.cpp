#include "tests/lab/wanem/nat.hpp"

namespace ropewalk::tests::lab::wanem {

void Nat::rebind() {
    for (const auto& [outside, inside] : inside_of_) ended_.insert(outside);
    outside_of_.clear();
    inside_of_.clear();
    has_rebound_ = true;
}

void Nat::outbound(UdpFrame& frame) {
    const Endpoint inside = frame.source();
    auto mapping = outside_of_.find(inside);
    if (mapping == outside_of_.end()) {
        mapping = outside_of_.emplace(inside, new_outside_of(inside)).first;
        inside_of_[mapping->second] = inside;
    }
    if (mapping->second != inside) frame.set_source(mapping->second);
}

bool Nat::inbound(UdpFrame& frame) const {
    const Endpoint outside = frame.destination();
    if (const auto mapping = inside_of_.find(outside); mapping != inside_of_.end()) {
        if (mapping->second != outside) frame.set_destination(mapping->second);
        return true;
    }
    return !ended_.contains(outside);
}

Endpoint Nat::new_outside_of(const Endpoint& inside) {
    if (!has_rebound_) return inside;
    Endpoint outside = inside;
    do {
        outside.udp_port = next_port_;
        next_port_ = next_port_ == last_port ? first_port : static_cast<std::uint16_t>(next_port_ + 1);
    } while (inside_of_.contains(outside));
    ended_.erase(outside);
    return outside;
}

}  // namespace ropewalk::tests::lab::wanem
