#pragma once

#include <optional>

#include "tests/packets/bytes.hpp"

/// AES-GCM by OpenSSL, to judge the program's own with. The key's size chooses AES-128 or AES-256; the ICV has 16
/// bytes.
namespace ropewalk::tests::packets {

/// Ciphertext and ICV; `nonce` has 12 bytes.
Bytes reference_seal(const Bytes& key, const Bytes& nonce, const Bytes& aad, const Bytes& plaintext);

/// Plaintext; nothing when the ICV does not match.
std::optional<Bytes> reference_open(const Bytes& key, const Bytes& nonce, const Bytes& aad, const Bytes& sealed);

}  // namespace ropewalk::tests::packets
