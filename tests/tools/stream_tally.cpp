#include "tests/tools/stream_tally.hpp"

#include "tests/tools/stream_packet.hpp"

namespace ropewalk::tests::tools {

void StreamTally::add(std::span<const std::uint8_t> payload, std::uint64_t now_ns) {
    const auto number = read_stream_packet(payload);
    if (number == end_number) {
        end_seen_ = true;
        return;
    }
    note_time(now_ns);
    if (!number || *number >= seen_.size()) {
        ++damaged_;
        return;
    }
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
