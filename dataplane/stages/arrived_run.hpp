#pragma once

#include <cstdint>

#include "dataplane/packet/headers.hpp"
#include "dataplane/stages/context.hpp"

namespace ropewalk::dataplane::stages {

/// Counts copies on the paths they say they came by, neighbours of one path together.
class ArrivedRun {
public:
    explicit ArrivedRun(Context& context) : context_(context) {}
    ~ArrivedRun() { flush(); }

    void add(std::uint32_t slot, std::uint16_t shard, const packet::CopyHeader& copy, std::uint16_t outer_bytes) {
        if (slot != slot_) {
            flush();
            slot_ = slot;
        }
        ++copies_;
        bytes_ += outer_bytes;
        missing_ += context_.receivers[slot][shard].arrived(packet::read_be24(copy.sequence));
    }

private:
    void flush() {
        if (copies_ == 0) return;
        auto& counters = context_.counters.paths[slot_];
        counters.rx_copies.add(copies_);
        counters.rx_bytes.add(bytes_);
        counters.rx_missing.add(static_cast<std::uint64_t>(missing_));
        copies_ = bytes_ = 0;
        missing_ = 0;
    }

    Context& context_;
    std::uint32_t slot_ = 0;
    std::uint64_t copies_ = 0, bytes_ = 0;
    std::int64_t missing_ = 0;
};

}  // namespace ropewalk::dataplane::stages
