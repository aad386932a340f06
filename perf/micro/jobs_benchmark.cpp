#include <array>
#include <stdexcept>

#include <intel-ipsec-mb.h>

#include "dataplane/crypto/nonce.hpp"
#include "perf/fixture/inner_packets.hpp"
#include "perf/micro/bench.hpp"

/// The crypto library's three ways of sealing a burst with one key: direct calls, a job each, all jobs at once.
namespace ropewalk::perf::micro {

namespace {

using dataplane::crypto::NonceAndAad;

enum class Way : std::int64_t { direct, job, job_burst };

constexpr std::uint64_t icv_bytes = 16;

struct Manager {
    IMB_MGR* manager = alloc_mb_mgr(0);
    alignas(64) gcm_key_data key;

    Manager() {
        if (manager == nullptr) throw std::bad_alloc();
        init_mb_mgr_auto(manager, nullptr);
        constexpr std::array<std::uint8_t, 32> bytes{1, 2, 3};
        manager->gcm256_pre(bytes.data(), &key);
    }
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;
    ~Manager() { free_mb_mgr(manager); }
};

const std::uint8_t* iv_of(const NonceAndAad& nonce) {
    return nonce.salt.data();
}
const std::uint8_t* aad_of(const NonceAndAad& nonce) {
    return reinterpret_cast<const std::uint8_t*>(&nonce.spi);
}

void fill(IMB_JOB& job, const gcm_key_data& key, std::uint8_t* text, std::uint64_t size, const NonceAndAad& nonce) {
    job.cipher_direction = IMB_DIR_ENCRYPT;
    job.chain_order = IMB_ORDER_CIPHER_HASH;
    job.cipher_mode = IMB_CIPHER_GCM;
    job.hash_alg = IMB_AUTH_AES_GMAC;
    job.enc_keys = job.dec_keys = &key;
    job.key_len_in_bytes = 32;
    job.src = job.dst = text;
    job.cipher_start_src_offset_in_bytes = job.hash_start_src_offset_in_bytes = 0;
    job.msg_len_to_cipher_in_bytes = job.msg_len_to_hash_in_bytes = size;
    job.iv = iv_of(nonce);
    job.iv_len_in_bytes = 12;
    job.u.GCM.aad = aad_of(nonce);
    job.u.GCM.aad_len_in_bytes = dataplane::crypto::aad_bytes;
    job.auth_tag_output = text + size;
    job.auth_tag_output_len_in_bytes = icv_bytes;
}

void seal_by(benchmark::State& state) {
    const auto size = static_cast<std::uint16_t>(state.range(0));
    const Way way{state.range(1)};
    Manager made;
    IMB_MGR* const manager = made.manager;
    dataplane::packet::Burst texts;
    fixture::InnerPackets(fixture::PacketMix::fixed(size, burst_packets), pool()).fill(texts);
    std::array<NonceAndAad, burst_packets> nonces;
    std::array<IMB_JOB*, burst_packets> jobs;
    std::uint64_t sequence = 1;
    std::uint32_t done = 0;
    measure(
        state,
        [&] {
            for (NonceAndAad& nonce : nonces) dataplane::crypto::build_nonce(nonce, {1, 2, 3, 4}, 0x5257, ++sequence);
            done = 0;
        },
        [&] {
            if (way == Way::job_burst && IMB_GET_NEXT_BURST(manager, burst_packets, jobs.data()) != burst_packets)
                throw std::runtime_error("the library has no room for a burst");
            for (std::uint16_t i = 0; i < burst_packets; ++i) {
                std::uint8_t* const text = texts.packets[i]->data();
                if (way == Way::direct) {
                    gcm_context_data context;
                    manager->gcm256_enc(&made.key, &context, text, text, size, iv_of(nonces[i]), aad_of(nonces[i]),
                                        dataplane::crypto::aad_bytes, text + size, icv_bytes);
                    ++done;
                } else if (way == Way::job) {
                    fill(*IMB_GET_NEXT_JOB(manager), made.key, text, size, nonces[i]);
                    done += IMB_SUBMIT_JOB_NOCHECK(manager) != nullptr;
                } else {
                    fill(*jobs[i], made.key, text, size, nonces[i]);
                }
            }
            if (way == Way::job_burst) done = IMB_SUBMIT_BURST_NOCHECK(manager, burst_packets, jobs.data());
        });
    if (done != burst_packets) state.SkipWithError("not every packet was sealed");
    state.SetLabel(way == Way::direct ? "direct call" : way == Way::job ? "a job each" : "a burst of jobs");
    texts.free();
}

BENCHMARK(seal_by)->ArgNames({"bytes", "way"})->ArgsProduct({{64, 512, 1420}, {0, 1, 2}})->UseManualTime();

}  // namespace

}  // namespace ropewalk::perf::micro
