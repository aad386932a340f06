#pragma once

#include <cstdint>
#include <string>

namespace ropewalk::dataplane::channel {

/// A sentence for the log.
struct Notice {
    enum class Kind : std::uint8_t { trouble, warning, over } kind;
    std::string text;
};

}  // namespace ropewalk::dataplane::channel
