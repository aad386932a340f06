#pragma once

#include <concepts>
#include <cstdint>

#include "dataplane/crypto/nonce.hpp"

namespace ropewalk::dataplane::crypto {

/// One key of an authenticated cipher with a 16-byte ICV, in place: `text` is `size` bytes followed by the ICV.
template <class A>
concept Aead = requires(const A& key, std::uint8_t* text, std::uint64_t size, const NonceAndAad& nonce) {
    { key.seal(text, size, nonce) } -> std::same_as<void>;
    /// False when the ICV does not match; `text` is worthless then.
    { key.open(text, size, nonce) } -> std::same_as<bool>;
};

}  // namespace ropewalk::dataplane::crypto
