#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/region/layout.hpp"

namespace ropewalk::config::region {

std::string_view word_of(LinkCode link);

/// Why a port is down, with what mends it, as the end of a sentence; `device` is the interface's name. Empty where
/// there is no reason to tell.
std::string reason_text(LinkReason reason, std::string_view device);

/// `yes`, or why copies do not leave joined, in a few words; empty where that does not apply.
std::string_view word_of(JoiningCode joining);

/// `100 Mbit/s`, `2.5 Gbit/s`
std::string speed_text(std::uint32_t mbit);

}  // namespace ropewalk::config::region
