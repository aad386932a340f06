#pragma once

#include <cstdint>
#include <span>

#include "dataplane/packet/headers.hpp"

namespace ropewalk::tests::lab::wanem {

using dataplane::packet::Be16;

/// The header at an offset of a frame, which must hold it whole.
template <class Header>
const Header& header_at(std::span<const std::uint8_t> frame, std::size_t at) {
    return reinterpret_cast<const Header&>(frame[at]);
}

/// The same, to write.
template <class Header>
Header& writable_at(std::span<std::uint8_t> frame, std::size_t at) {
    return reinterpret_cast<Header&>(frame[at]);
}

}  // namespace ropewalk::tests::lab::wanem
