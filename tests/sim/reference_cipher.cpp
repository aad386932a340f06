#include "tests/sim/reference_cipher.hpp"

#include <cstring>
#include <stdexcept>

namespace ropewalk::tests::sim {

using packets::Bytes;

namespace {

/// RFC 4303 section 2, RFC 4106 section 3: SPI 4, sequence 4, IV 8, ciphertext, ICV 16.
constexpr std::size_t header_bytes = 16, icv_bytes = 16;

void demand(bool done) {
    if (!done) throw std::runtime_error("OpenSSL refused a call");
}

}  // namespace

ReferenceCipher::ReferenceCipher(std::span<const std::uint8_t, 32> key, std::array<std::uint8_t, 4> salt)
    : context_(EVP_CIPHER_CTX_new()), salt_(salt) {
    demand(EVP_DecryptInit_ex(context_.get(), EVP_aes_256_gcm(), nullptr, key.data(), nullptr) == 1);
}

std::optional<Bytes> ReferenceCipher::open(std::span<const std::uint8_t> esp) {
    if (esp.size() <= header_bytes + icv_bytes) return std::nullopt;
    std::array<std::uint8_t, 12> nonce, aad;
    std::memcpy(nonce.data(), salt_.data(), 4);
    std::memcpy(nonce.data() + 4, &esp[8], 8);
    std::memcpy(aad.data(), esp.data(), 4);
    std::memcpy(aad.data() + 4, &esp[8], 8);
    Bytes plaintext(esp.size() - header_bytes - icv_bytes);
    std::array<std::uint8_t, icv_bytes> icv;
    std::memcpy(icv.data(), esp.data() + esp.size() - icv_bytes, icv_bytes);
    int size = 0, none = 0;
    demand(EVP_DecryptInit_ex(context_.get(), nullptr, nullptr, nullptr, nonce.data()) == 1);
    demand(EVP_DecryptUpdate(context_.get(), nullptr, &none, aad.data(), aad.size()) == 1);
    demand(EVP_DecryptUpdate(context_.get(), plaintext.data(), &size, esp.data() + header_bytes,
                             static_cast<int>(plaintext.size())) == 1);
    demand(EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_GCM_SET_TAG, icv_bytes, icv.data()) == 1);
    if (EVP_DecryptFinal_ex(context_.get(), plaintext.data() + size, &none) != 1) return std::nullopt;
    return plaintext;
}

}  // namespace ropewalk::tests::sim
