#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/codes.hpp"
#include "dataplane/eal/offload_header.hpp"

namespace ropewalk::dataplane::eal {

/// A frame as it is exchanged with the kernel.
struct ExchangedFrame {
    OffloadHeader header;
    std::vector<std::uint8_t> bytes;
};

/// Several UDP datagrams that are handed to the kernel joined, to see whether it cuts them rightly: Linux 7.0 to 7.1.4
/// does not when the last is as long as the others. Pure.
class CuttingTrial {
public:
    /// `payload` bytes of datagrams of `segment` bytes; the last one may be shorter.
    CuttingTrial(config::Family family, std::uint16_t segment, std::uint16_t payload);

    /// What is handed over.
    const ExchangedFrame& joined() const { return joined_; }
    /// How many datagrams must come of it.
    std::size_t parts() const { return parts_.size(); }
    /// Whether a frame comes of this trial, rather than from the kernel itself.
    bool is_ours(std::span<const std::uint8_t> frame) const;
    /// What is wrong with what came of it, in the order in which it came; nothing when all is right.
    std::optional<std::string> fault_of(std::span<const ExchangedFrame> arrived) const;

private:
    ExchangedFrame joined_;
    std::vector<std::vector<std::uint8_t>> parts_;  ///< the frames that must come
};

}  // namespace ropewalk::dataplane::eal
