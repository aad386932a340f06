#include "config/region/link_text.hpp"

#include <fmt/format.h>

namespace ropewalk::config::region {

std::string_view word_of(LinkCode link) {
    if (link == LinkCode::up) return "up";
    return link == LinkCode::down ? "down" : "unknown";
}

std::string speed_text(std::uint32_t mbit) {
    return mbit < 1000 ? fmt::format("{} Mbit/s", mbit) : fmt::format("{:g} Gbit/s", mbit / 1000.0);
}

}  // namespace ropewalk::config::region
