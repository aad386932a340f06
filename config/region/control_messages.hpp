#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

/// What gateways tell each other inside the seal, next header 59: the first byte is the type. docs/packet-format.md has
/// their layouts.
namespace ropewalk::config::region {

enum class MessageType : std::uint8_t {
#define ROPEWALK_MESSAGE(name, type, taker, smallest, text) name = type,
#include "config/region/control_messages.def"
#undef ROPEWALK_MESSAGE
};

/// Who acts on a message: the worker that opened it, or control, which gets it by the punt ring.
enum class MessageTaker : std::uint8_t { control, worker };

/// The takers of all types. Control takes what has none, too, and counts it.
inline constexpr MessageTaker message_takers[] = {
#define ROPEWALK_MESSAGE(name, type, taker, smallest, text) MessageTaker::taker,
#include "config/region/control_messages.def"
#undef ROPEWALK_MESSAGE
};

/// The type of a message; empty when it has none that is known, or is too short for it.
constexpr std::optional<MessageType> type_of(std::span<const std::uint8_t> bytes) {
    if (bytes.empty()) return std::nullopt;
    switch (bytes[0]) {
#define ROPEWALK_MESSAGE(name, type, taker, smallest, text) \
    case type:                                              \
        return bytes.size() >= std::size_t{smallest} ? std::optional(MessageType::name) : std::nullopt;
#include "config/region/control_messages.def"
#undef ROPEWALK_MESSAGE
        default:
            return std::nullopt;
    }
}

/// Bytes of plain text below which a message is none of this type.
constexpr std::size_t smallest_size(MessageType type) {
    switch (type) {
#define ROPEWALK_MESSAGE(name, number, taker, smallest, text) \
    case MessageType::name:                                   \
        return smallest;
#include "config/region/control_messages.def"
#undef ROPEWALK_MESSAGE
    }
    return 0;
}

}  // namespace ropewalk::config::region
