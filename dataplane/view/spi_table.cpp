#include "dataplane/view/spi_table.hpp"

#include <bit>

namespace ropewalk::dataplane::view {

SpiTable::SpiTable(std::size_t entries)
    : mask_(static_cast<std::uint32_t>(std::bit_ceil(entries * 2 + 2)) - 1), cells_(mask_ + 1) {}

void SpiTable::insert(std::uint32_t spi, std::uint32_t tunnel) {
    std::uint32_t at = spi & mask_;
    while (cells_[at].spi != 0 && cells_[at].spi != spi) at = (at + 1) & mask_;
    cells_[at] = {spi, tunnel};
}

}  // namespace ropewalk::dataplane::view
