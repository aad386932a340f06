#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/region/layout.hpp"

namespace ropewalk::config::region {

std::string_view word_of(LinkCode link);

/// `100 Mbit/s`, `2.5 Gbit/s`
std::string speed_text(std::uint32_t mbit);

}  // namespace ropewalk::config::region
