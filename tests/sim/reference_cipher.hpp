#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include <openssl/evp.h>

#include "tests/packets/bytes.hpp"

namespace ropewalk::tests::sim {

/// Opens what a gateway sealed by OpenSSL, so that what stands in a sealed packet is known without the program's help.
class ReferenceCipher {
public:
    ReferenceCipher(std::span<const std::uint8_t, 32> key, std::array<std::uint8_t, 4> salt);

    /// The plaintext with its ESP trailer; `esp` from SPI to ICV. Empty when it does not authenticate.
    std::optional<packets::Bytes> open(std::span<const std::uint8_t> esp);

private:
    struct Free {
        void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
    };
    std::unique_ptr<EVP_CIPHER_CTX, Free> context_;
    std::array<std::uint8_t, 4> salt_;
};

}  // namespace ropewalk::tests::sim
