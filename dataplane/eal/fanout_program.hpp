#pragma once

#include <span>

#include "dataplane/eal/packet_program.hpp"
#include "dataplane/eal/steering_rule.hpp"

namespace ropewalk::dataplane::eal {

/// A program for PACKET_FANOUT_DATA (classic BPF, over IPv4 or IPv6 without a link header): what it returns is, modulo
/// the number of sockets, the one that gets the frame. Datagrams that a rule names by its queue, everything else by a
/// hash of addresses and ports, fragments by addresses alone; what is not IP goes to the first. Too long for the kernel
/// (BPF_MAXINSNS) when there are very many rules.
PacketProgram fanout_program(std::span<const SteeringRule> rules);

}  // namespace ropewalk::dataplane::eal
