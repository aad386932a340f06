#include "control/keys/derive.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string_view>

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

namespace ropewalk::control::keys {

using config::Cipher;

namespace {

constexpr std::string_view hkdf_salt = "ropewalk static key 1";
constexpr std::size_t derived_bytes = 48;

/// As it stands in the derivation; a constant of the wire, not only text for people.
std::string_view cipher_label(Cipher cipher) {
    return cipher == Cipher::aes_256_gcm ? "aes-256-gcm" : "aes-128-gcm";
}

std::uint64_t read_big_endian(std::span<const std::uint8_t> bytes) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes) value = value << 8 | byte;
    return value;
}

OSSL_PARAM octets(const char* name, const void* bytes, std::size_t size) {
    // OpenSSL takes a non-const pointer but only reads inputs.
    return OSSL_PARAM_construct_octet_string(name, const_cast<void*>(bytes), size);
}

bool hkdf_sha256(std::span<const std::uint8_t> secret, std::string_view info, std::span<std::uint8_t> out) {
    const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr), EVP_KDF_free);
    if (!kdf) return false;
    const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(EVP_KDF_CTX_new(kdf.get()),
                                                                            EVP_KDF_CTX_free);
    if (!context) return false;
    std::string digest = "SHA256";
    const std::array parameters{OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
                                octets(OSSL_KDF_PARAM_KEY, secret.data(), secret.size()),
                                octets(OSSL_KDF_PARAM_SALT, hkdf_salt.data(), hkdf_salt.size()),
                                octets(OSSL_KDF_PARAM_INFO, info.data(), info.size()), OSSL_PARAM_construct_end()};
    return EVP_KDF_derive(context.get(), out.data(), out.size(), parameters.data()) == 1;
}

}  // namespace

Result<DirectionKeys> derive(const StaticKey& key, const std::string& from, const std::string& to, Cipher cipher) {
    std::array<std::uint8_t, derived_bytes> bytes;
    if (!hkdf_sha256(key, fmt::format("{}>{} {}", from, to, cipher_label(cipher)), bytes))
        return fail(
            "OpenSSL could not derive keys by HKDF-SHA256; is libcrypto 3 with its default provider installed?");
    DirectionKeys keys;
    const std::span<const std::uint8_t> all(bytes);
    std::copy_n(bytes.begin(), 32, keys.key.begin());
    std::copy_n(bytes.begin() + 32, 4, keys.salt.begin());
    keys.spi = static_cast<std::uint32_t>(read_big_endian(all.subspan(36, 4)));
    if (keys.spi < 256) keys.spi |= 0x100;
    keys.key_id = read_big_endian(all.subspan(40, 8));
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return keys;
}

Result<config::snapshot::TunnelKeys> derive_tunnel_keys(const StaticKey& key, const std::string& gateway,
                                                        const config::schema::Tunnel& tunnel) {
    const auto tx = derive(key, gateway, tunnel.peer, tunnel.cipher);
    if (!tx) return tl::make_unexpected(tx.error());
    const auto rx = derive(key, tunnel.peer, gateway, tunnel.cipher);
    if (!rx) return tl::make_unexpected(rx.error());
    config::snapshot::TunnelKeys keys;
    keys.tx_key_id = tx->key_id;
    keys.tx_spi = tx->spi;
    keys.tx_key = tx->key;
    keys.tx_salt = tx->salt;
    keys.rx_key_id = rx->key_id;
    keys.rx_spi = rx->spi;
    keys.rx_key = rx->key;
    keys.rx_salt = rx->salt;
    return keys;
}

}  // namespace ropewalk::control::keys
