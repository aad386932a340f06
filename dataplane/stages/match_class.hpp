#pragma once

#include <cstdint>

#include "dataplane/channel/config_view.hpp"
#include "dataplane/packet/packet.hpp"
#include "dataplane/stages/inner_header.hpp"

namespace ropewalk::dataplane::stages {

/// The paths of the first class that matches; all usable paths when none does. Called only for tunnels with classes.
std::uint32_t match_class(const packet::Packet& packet, const InnerHeader& inner, const channel::TunnelView& tunnel);

}  // namespace ropewalk::dataplane::stages
