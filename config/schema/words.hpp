#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "config/schema/gateway.hpp"

namespace ropewalk::config::schema {

/// What an operator writes for each value of an enumeration: `words<Cipher>`.
template <class Enum>
struct Word {
    std::string_view text;
    Enum value;
};

template <class Enum>
inline constexpr std::array<Word<Enum>, 0> words{};

template <>
inline constexpr auto words<PortDriver> = std::to_array<Word<PortDriver>>({{"pci", PortDriver::pci},
                                                                           {"af_packet", PortDriver::af_packet},
                                                                           {"af_xdp", PortDriver::af_xdp},
                                                                           {"tap", PortDriver::tap},
                                                                           {"memif", PortDriver::memif},
                                                                           {"null", PortDriver::null}});
template <>
inline constexpr auto words<Port::MemifRole> =
    std::to_array<Word<Port::MemifRole>>({{"client", Port::MemifRole::client}, {"server", Port::MemifRole::server}});
template <>
inline constexpr auto words<Spread> = std::to_array<Word<Spread>>({{"auto", Spread::automatic},
                                                                   {"never", Spread::never}});
template <>
inline constexpr auto words<Cipher> = std::to_array<Word<Cipher>>({{"aes-256-gcm", Cipher::aes_256_gcm},
                                                                   {"aes-128-gcm", Cipher::aes_128_gcm}});
template <>
inline constexpr auto words<Wire> = std::to_array<Word<Wire>>({{"ropewalk", Wire::ropewalk}, {"esp", Wire::esp}});
template <>
inline constexpr auto words<Mode> = std::to_array<Word<Mode>>({{"duplicate", Mode::duplicate}});
template <>
inline constexpr auto words<IdleMode> = std::to_array<Word<IdleMode>>({{"adaptive", IdleMode::adaptive},
                                                                       {"spin", IdleMode::spin}});
template <>
inline constexpr auto words<Hugepages> = std::to_array<Word<Hugepages>>({{"auto", Hugepages::automatic},
                                                                         {"off", Hugepages::off},
                                                                         {"required", Hugepages::required}});
template <>
inline constexpr auto words<UdpChecksum> = std::to_array<Word<UdpChecksum>>({{"zero", UdpChecksum::zero},
                                                                             {"computed", UdpChecksum::computed}});

template <class Enum>
std::optional<Enum> parse_word(std::string_view text) {
    for (const auto& word : words<Enum>) {
        if (word.text == text) return word.value;
    }
    return std::nullopt;
}

template <class Enum>
std::string_view word_of(Enum value) {
    for (const auto& word : words<Enum>) {
        if (word.value == value) return word.text;
    }
    return "?";
}

/// `aes-256-gcm, aes-128-gcm`
template <class Enum>
std::string all_words() {
    std::string text;
    for (const auto& word : words<Enum>) text.append(text.empty() ? "" : ", ").append(word.text);
    return text;
}

}  // namespace ropewalk::config::schema
