#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ropewalk::tests::tools {

/// Packets that left an interface of this network namespace, or were dropped there, as /proc/net/dev counts them; none
/// when there is no such interface.
std::optional<std::uint64_t> packets_gone(const std::string& interface);

}  // namespace ropewalk::tests::tools
