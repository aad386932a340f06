#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "config/region/limits.hpp"

namespace ropewalk::dataplane::stages {

/// The tunnels, by index into the view, in whose windows this worker has marked numbers since they were taken.
class MarkedTunnels {
public:
    void add(std::uint32_t tunnel) { words_[tunnel / 64] |= std::uint64_t{1} << tunnel % 64; }

    /// Calls `use` with each, in ascending order, and forgets them.
    template <class Use>
    void take(Use use) {
        for (std::uint32_t word = 0; word < words_.size(); ++word)
            for (; words_[word] != 0; words_[word] &= words_[word] - 1)
                use(word * 64 + static_cast<std::uint32_t>(std::countr_zero(words_[word])));
    }

private:
    std::array<std::uint64_t, config::region::max_tunnels / 64> words_{};
};

}  // namespace ropewalk::dataplane::stages
