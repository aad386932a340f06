#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace ropewalk::dataplane::eal {

/// Why DPDK has no port at `address` (such as 0000:05:00.0), and what to do about it: one sentence, from what the
/// kernel tells of the device. To be asked after DPDK looked for it. `pci` is /sys/bus/pci.
std::string why_no_port(const std::string& address, const std::filesystem::path& pci = "/sys/bus/pci");

/// What the frames of a port are.
enum class Traffic : std::uint8_t { copies, users };

/// By which fields a card is to spread frames over its receive queues, RTE_ETH_RSS_*; 0 where it `offers` none that
/// fit.
std::uint64_t hash_fields(Traffic traffic, std::uint64_t offers);

/// Of the receive queues that a card has by the word of its DPDK driver, those that packets come by.
std::uint16_t filled_receive_queues(std::string_view driver, std::uint16_t most);

/// The largest MTU whose frames come in one buffer each, as the packet path needs them. `driver_says` is what the
/// driver takes at all, `buffer` the room of one.
std::uint16_t largest_whole_mtu(std::string_view driver, std::uint16_t driver_says, std::uint16_t buffer);

}  // namespace ropewalk::dataplane::eal
