#include "tests/packets/reference_gcm.hpp"

#include <memory>
#include <stdexcept>

#include <openssl/evp.h>

namespace ropewalk::tests::packets {
namespace {

constexpr int icv_size = 16;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

void demand(bool done) {
    if (!done) throw std::runtime_error("OpenSSL refused a call");
}

const EVP_CIPHER* cipher_for(const Bytes& key) {
    return key.size() == 32 ? EVP_aes_256_gcm() : EVP_aes_128_gcm();
}

}  // namespace

Bytes reference_seal(const Bytes& key, const Bytes& nonce, const Bytes& aad, const Bytes& plaintext) {
    const Cipher cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    Bytes sealed(plaintext.size() + icv_size);
    int size = 0, none = 0;
    demand(EVP_EncryptInit_ex(cipher.get(), cipher_for(key), nullptr, key.data(), nonce.data()) == 1);
    demand(EVP_EncryptUpdate(cipher.get(), nullptr, &none, aad.data(), static_cast<int>(aad.size())) == 1);
    demand(EVP_EncryptUpdate(cipher.get(), sealed.data(), &size, plaintext.data(),
                             static_cast<int>(plaintext.size())) == 1);
    demand(EVP_EncryptFinal_ex(cipher.get(), sealed.data() + size, &none) == 1);
    demand(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, icv_size, sealed.data() + size) == 1);
    return sealed;
}

std::optional<Bytes> reference_open(const Bytes& key, const Bytes& nonce, const Bytes& aad, const Bytes& sealed) {
    const Cipher cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    Bytes plaintext(sealed.begin(), sealed.end() - icv_size);
    Bytes icv(sealed.end() - icv_size, sealed.end());
    int size = 0, none = 0;
    demand(EVP_DecryptInit_ex(cipher.get(), cipher_for(key), nullptr, key.data(), nonce.data()) == 1);
    demand(EVP_DecryptUpdate(cipher.get(), nullptr, &none, aad.data(), static_cast<int>(aad.size())) == 1);
    demand(EVP_DecryptUpdate(cipher.get(), plaintext.data(), &size, plaintext.data(),
                             static_cast<int>(plaintext.size())) == 1);
    demand(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, icv_size, icv.data()) == 1);
    if (EVP_DecryptFinal_ex(cipher.get(), plaintext.data() + size, &none) != 1) return std::nullopt;
    return plaintext;
}

}  // namespace ropewalk::tests::packets
