#include "tests/lab/wanem/relay.hpp"

namespace ropewalk::tests::lab::wanem {

void Relay::set(const std::optional<Endpoint>& outside) {
    next_ = outside;
    outside_of_.clear();
    inside_of_.clear();
}

void Relay::outbound(UdpFrame& frame) {
    const Endpoint inside = frame.source();
    if (!next_ || inside.address.family != next_->address.family) return;
    auto mapping = outside_of_.find(inside);
    if (mapping == outside_of_.end()) {
        mapping = outside_of_.emplace(inside, *next_).first;
        inside_of_[*next_] = inside;
        ++next_->udp_port;
    }
    frame.set_source(mapping->second);
}

void Relay::inbound(UdpFrame& frame) const {
    const auto mapping = inside_of_.find(frame.destination());
    if (mapping != inside_of_.end()) frame.set_destination(mapping->second);
}

}  // namespace ropewalk::tests::lab::wanem
