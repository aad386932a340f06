#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/result.hpp"

namespace ropewalk::perf::linerate {

/// Bytes that a packet takes on an Ethernet line beside itself: header 14, check sequence 4, preamble 8, gap 12.
inline constexpr double line_overhead_bytes = 38;

/// A rate as people say it: packets a second, bits a second of the packets themselves, a share of the line, or all that
/// the generator can.
struct Rate {
    enum class Unit : std::uint8_t { packets, bits, share_of_line, all } unit;
    double amount;  ///< packets or bits a second; a share from 0 to 1; unused

    /// "2.5Mpps", "800kpps", "1gbit", "40mbit", "90%", "max".
    static Result<Rate> read(const std::string& text);

    /// In packets a second; `line_bps` is the speed of the line where there is one. `all` becomes infinite.
    Result<double> in_pps(double mean_packet_bytes, std::optional<double> line_bps) const;
};

}  // namespace ropewalk::perf::linerate
