#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "config/region/records.hpp"

namespace ropewalk::dataplane::view {

/// Tunnel index by SPI: open addressing, at most half full, so a miss ends after a step or two.
class SpiTable {
public:
    static constexpr std::uint32_t none = config::region::no_tunnel_index;

    explicit SpiTable(std::size_t entries = 0);
    void insert(std::uint32_t spi, std::uint32_t tunnel);
    std::uint32_t find(std::uint32_t spi) const {
        for (std::uint32_t at = spi & mask_;; at = (at + 1) & mask_) {
            if (cells_[at].spi == spi) return cells_[at].tunnel;
            if (cells_[at].spi == 0) return none;
        }
    }

private:
    struct Cell {
        std::uint32_t spi = 0;  ///< 0 is reserved (RFC 4303 section 2.1), here: empty
        std::uint32_t tunnel = none;
    };
    std::uint32_t mask_;
    std::vector<Cell> cells_;
};

}  // namespace ropewalk::dataplane::view
