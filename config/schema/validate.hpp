#pragma once

#include <string>
#include <vector>

#include "config/schema/gateway.hpp"
#include "config/schema/notes.hpp"

namespace ropewalk::config::schema {

/// Whether the values make sense together and fit the program's limits; notes every problem. Values that could not
/// be read, and were noted then, stand at their defaults and raise no second problem. Pure; no I/O.
void validate(const Gateway& gateway, Notes& notes);

/// The parts of validate().
void validate_ports(const Gateway& gateway, Notes& notes);
void validate_inside(const Gateway& gateway, Notes& notes);
void validate_tunnel(const Gateway& gateway, const Tunnel& tunnel, Notes& notes);
void validate_path(const Gateway& gateway, const Tunnel& tunnel, const Path& path, Notes& notes);
void validate_classes(const Tunnel& tunnel, Notes& notes);
void validate_shards(const Gateway& gateway, Notes& notes);
void validate_telling(const Gateway& gateway, Notes& notes);

/// Whether any of the prefixes is an IPv6 one, and whether any inner prefix or address of the gateway is.
bool has_ipv6(const std::vector<Prefix>& prefixes);
bool uses_ipv6_inside(const Gateway& gateway);

/// Notes an address that no single host can have.
void validate_unicast(const IpAddress& address, const std::string& key, Notes& notes);

/// The same for an Ethernet address, which must be that of `whose`.
void validate_station(const MacAddress& address, const std::string& key, const char* whose, Notes& notes);

/// Notes a name that no port has.
void note_unknown_port(const Gateway& gateway, const std::string& name, const std::string& key, Notes& notes);

/// `tunnels.hub`, `tunnels.hub.paths.fibre`, `tunnels.hub.classes.voice`.
std::string key_of(const Tunnel& tunnel);
std::string key_of(const Tunnel& tunnel, const Path& path);
std::string key_of(const Tunnel& tunnel, const TrafficClass& entry);

}  // namespace ropewalk::config::schema
