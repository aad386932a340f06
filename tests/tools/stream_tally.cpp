#include "tests/tools/stream_tally.hpp"

#include "tests/tools/stream_packet.hpp"

namespace ropewalk::tests::tools {
namespace {

/// What takes 32 MiB to remember.
constexpr std::uint64_t most_packets = std::uint64_t{1} << 28;

}  // namespace

void StreamTally::add(std::span<const std::uint8_t> payload, std::uint64_t now_ns) {
    const auto number = read_stream_packet(payload);
    if (number && (*number & end_mark) != 0) {
        sent_ = *number & ~end_mark;
        return;
    }
    note_time(now_ns);
    if (!number || *number >= most_packets) {
        ++damaged_;
        return;
    }
    if (*number >= seen_.size()) seen_.resize(*number + 1);
    if (seen_[*number]) {
        ++twice_;
        return;
    }
    seen_[*number] = true;
    ++delivered_;
    if (*number < next_number_) {
        ++disorder_;
    } else {
        next_number_ = *number + 1;
    }
}

void StreamTally::note_time(std::uint64_t now_ns) {
    if (last_ns_ != 0 && now_ns - last_ns_ > gap_end_ns_ - gap_start_ns_) {
        gap_start_ns_ = last_ns_;
        gap_end_ns_ = now_ns;
    }
    last_ns_ = now_ns;
}

}  // namespace ropewalk::tests::tools
