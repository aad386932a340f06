#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ropewalk::tests::tools {

/// Packets that left an interface, or were dropped there, as counted in `table`: /proc/net/dev, of this network
/// namespace or another. None when there is no such interface.
std::optional<std::uint64_t> packets_gone(const std::string& interface, const std::string& table);

}  // namespace ropewalk::tests::tools
