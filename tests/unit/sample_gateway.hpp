#pragma once

#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"

namespace ropewalk::tests::unit {

/// A gateway with something in every field: two ports, a tunnel over IPv4 with three paths and two classes, and one
/// over IPv6 with one path, `wire: esp` and AES-128.
config::schema::Gateway sample_gateway();

/// The same gateway with its users behind a memif port of its own, `lan`, instead of an interface.
config::schema::Gateway behind_a_port(config::schema::Gateway gateway);

/// A hub with that many tunnels of four paths and one IPv4 and one IPv6 prefix each.
config::schema::Gateway hub_with(unsigned tunnels);

/// Slots and keys; the keys are different for every tunnel and direction.
config::snapshot::Resolved resolved_for(const config::schema::Gateway& gateway);

}  // namespace ropewalk::tests::unit
