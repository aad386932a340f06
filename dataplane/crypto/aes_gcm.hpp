#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>

#include <intel-ipsec-mb.h>

#include "config/region/records.hpp"
#include "dataplane/crypto/nonce.hpp"

namespace ropewalk::dataplane::crypto {

/// AES-GCM with a 16-byte ICV by ipsec-mb's direct calls, the engine chosen for this processor. An expanded key,
/// read-only once made, so any worker may use it.
class AesGcm {
public:
    /// `key` holds 32 bytes, of which AES-128 uses the first 16.
    AesGcm(config::Cipher cipher, std::span<const std::uint8_t, 32> key);

    /// Whether it was made of these.
    bool is_of(config::Cipher cipher, std::span<const std::uint8_t, 32> key) const;

    void seal(std::uint8_t* text, std::uint64_t size, const NonceAndAad& nonce) const {
        gcm_context_data context;
        encrypt_(key_.get(), &context, text, text, size, nonce.salt.data(),
                 reinterpret_cast<const std::uint8_t*>(&nonce.spi), aad_bytes, text + size, icv_size);
    }

    bool open(std::uint8_t* text, std::uint64_t size, const NonceAndAad& nonce) const {
        gcm_context_data context;
        alignas(16) std::array<std::uint8_t, icv_size> icv;
        decrypt_(key_.get(), &context, text, text, size, nonce.salt.data(),
                 reinterpret_cast<const std::uint8_t*>(&nonce.spi), aad_bytes, icv.data(), icv_size);
        return equal_in_constant_time(icv.data(), text + size);
    }

    /// Name of the ipsec-mb version and engine in use, for people.
    static std::string engine();

private:
    static constexpr std::uint64_t icv_size = 16;
    struct Erase {
        void operator()(gcm_key_data* key) const;
    };

    static bool equal_in_constant_time(const std::uint8_t* a, const std::uint8_t* b) {
        std::array<std::uint64_t, 2> left, right;
        std::memcpy(left.data(), a, icv_size);
        std::memcpy(right.data(), b, icv_size);
        return ((left[0] ^ right[0]) | (left[1] ^ right[1])) == 0;
    }

    config::Cipher cipher_;
    aes_gcm_enc_dec_t encrypt_;
    aes_gcm_enc_dec_t decrypt_;
    std::unique_ptr<gcm_key_data, Erase> key_;
};

}  // namespace ropewalk::dataplane::crypto
