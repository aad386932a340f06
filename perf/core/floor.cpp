#include "perf/core/floor.hpp"

#include <array>
#include <cstdlib>
#include <new>

#include "dataplane/stages/seal.hpp"
#include "perf/fixture/cycle_clock.hpp"

namespace ropewalk::perf::core {

using config::Cipher;
using dataplane::packet::icv_bytes;

namespace {

const IMB_MGR& manager_of_this_processor() {
    static IMB_MGR* const manager = [] {
        IMB_MGR* made = alloc_mb_mgr(0);
        if (made == nullptr) throw std::bad_alloc();
        init_mb_mgr_auto(made, nullptr);
        return made;
    }();
    return *manager;
}

}  // namespace

void Floor::Erase::operator()(gcm_key_data* key) const {
    std::free(key);
}

Floor::Floor(FloorKind kind, Cipher cipher, const fixture::PacketMix& mix, const dataplane::packet::Burst& buffers,
             std::uint16_t text_at)
    : kind_(kind), key_(static_cast<gcm_key_data*>(std::aligned_alloc(64, (sizeof(gcm_key_data) + 63) / 64 * 64))) {
    if (key_ == nullptr) throw std::bad_alloc();
    const IMB_MGR& manager = manager_of_this_processor();
    const bool wide = cipher == Cipher::aes_256_gcm;
    seal_ = wide ? manager.gcm256_enc : manager.gcm128_enc;
    open_ = wide ? manager.gcm256_dec : manager.gcm128_dec;
    constexpr std::array<std::uint8_t, 32> key{1, 2, 3};
    (wide ? manager.gcm256_pre : manager.gcm128_pre)(key.data(), key_.get());

    for (std::uint16_t i = 0; i < mix.count(); ++i) {
        const std::uint16_t inner = mix.sizes[i];
        Job& job = jobs_.emplace_back();
        job.text = buffers.packets[i]->data() + text_at;
        job.size = inner + dataplane::stages::padding_for(inner) + 2U;
        dataplane::crypto::build_nonce(job.nonce, {1, 2, 3, 4}, 0x52570001, i + 1U);
    }
}

void Floor::call_each(aes_gcm_enc_dec_t function) {
    for (const Job& job : jobs_) {
        gcm_context_data context;
        function(key_.get(), &context, job.text, job.text, job.size, job.nonce.salt.data(),
                 reinterpret_cast<const std::uint8_t*>(&job.nonce.spi), dataplane::crypto::aad_bytes,
                 job.text + job.size, icv_bytes);
    }
}

std::uint64_t Floor::run() {
    if (kind_ == FloorKind::none) return 0;
    const std::uint64_t began = fixture::start_cycles();
    if (kind_ == FloorKind::seal || kind_ == FloorKind::seal_and_open) call_each(seal_);
    if (kind_ == FloorKind::open || kind_ == FloorKind::seal_and_open) call_each(open_);
    return fixture::without_clock(fixture::read_cycles() - began);
}

}  // namespace ropewalk::perf::core
