#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/region/records.hpp"
#include "perf/fixture/policy.hpp"

namespace ropewalk::perf::core {

/// What is done with a packet.
///   to_paths        classified, sealed, and sent on `copies` paths
///   to_inside       the first copy of a packet: found, checked, opened, delivered
///   duplicate_drop  the second copy of a packet that was delivered already
///   loop            to_paths, then to_inside for every copy: one is opened and delivered, the others are dropped
enum class WorkKind : std::uint8_t { to_paths, to_inside, duplicate_drop, loop };

inline constexpr std::uint16_t imix = 0;

struct RowKey {
    WorkKind work;
    config::Cipher cipher;
    std::uint16_t size;  ///< of the inner packet, bytes; `imix`
    std::uint16_t copies;
    fixture::Policy policy = fixture::Policy::bare;
    config::UdpChecksum udp_checksum = config::UdpChecksum::zero;
};

/// Every row of the table, in its order.
std::vector<RowKey> all_rows();

std::string_view name_of(WorkKind work);
std::string_view name_of(config::Cipher cipher);

std::string_view name_of(fixture::Policy policy);

/// As options and baselines name a row: WORK/CIPHER/SIZE/COPIES, such as loop/aes-256-gcm/imix/2, and /full where the
/// policy is.
std::string name_of(const RowKey& row);

}  // namespace ropewalk::perf::core
