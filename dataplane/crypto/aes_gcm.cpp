#include "dataplane/crypto/aes_gcm.hpp"

#include <cstdlib>
#include <new>

#include <fmt/format.h>

#include "dataplane/crypto/aead.hpp"

namespace ropewalk::dataplane::crypto {

static_assert(Aead<AesGcm>);

namespace {

/// ipsec-mb's table of functions for this processor; made once, never freed, read-only afterwards.
struct Engine {
    IMB_MGR* manager = nullptr;
    IMB_ARCH arch = IMB_ARCH_NONE;

    Engine() : manager(alloc_mb_mgr(0)) {
        if (manager == nullptr) throw std::bad_alloc();
        init_mb_mgr_auto(manager, &arch);
    }
};

const Engine& engine_of_this_processor() {
    static const Engine engine;
    return engine;
}

constexpr const char* name_of(IMB_ARCH arch) {
    switch (arch) {
        case IMB_ARCH_AVX512:
            return "AVX512";
        case IMB_ARCH_AVX2:
            return "AVX2";
#if IMB_VERSION_NUM < IMB_VERSION(2, 0, 0)
        case IMB_ARCH_AVX:  // 2.0 goes from SSE to AVX2
            return "AVX";
#endif
        case IMB_ARCH_SSE:
            return "SSE";
        default:
            return "no AES-NI";
    }
}

gcm_key_data* allocate_key() {
    void* memory = std::aligned_alloc(64, (sizeof(gcm_key_data) + 63) / 64 * 64);
    if (memory == nullptr) throw std::bad_alloc();
    return new (memory) gcm_key_data;
}

}  // namespace

void AesGcm::Erase::operator()(gcm_key_data* key) const {
    explicit_bzero(key, sizeof(gcm_key_data));
    std::free(key);
}

AesGcm::AesGcm(config::Cipher cipher, std::span<const std::uint8_t, 32> key) : cipher_(cipher), key_(allocate_key()) {
    const IMB_MGR& manager = *engine_of_this_processor().manager;
    const bool wide = cipher == config::Cipher::aes_256_gcm;
    encrypt_ = wide ? manager.gcm256_enc : manager.gcm128_enc;
    decrypt_ = wide ? manager.gcm256_dec : manager.gcm128_dec;
    (wide ? manager.gcm256_pre : manager.gcm128_pre)(key.data(), key_.get());
}

bool AesGcm::is_of(config::Cipher cipher, std::span<const std::uint8_t, 32> key) const {
    // An expanded key begins with the key itself (FIPS 197 section 5.2).
    return cipher == cipher_ &&
           std::memcmp(key_->expanded_keys, key.data(), cipher == config::Cipher::aes_256_gcm ? 32 : 16) == 0;
}

std::string AesGcm::engine() {
    const Engine& engine = engine_of_this_processor();
    const bool vaes = (engine.manager->features & IMB_FEATURE_VAES) != 0;
    return fmt::format("ipsec-mb {} {}{}", imb_get_version_str(), name_of(engine.arch), vaes ? " with VAES" : "");
}

}  // namespace ropewalk::dataplane::crypto
