#include <array>
#include <cstring>

#include "dataplane/crypto/aes_gcm.hpp"
#include "dataplane/packet/burst.hpp"
#include "perf/fixture/inner_packets.hpp"
#include "perf/micro/bench.hpp"

namespace ropewalk::perf::micro {

namespace {

using dataplane::crypto::AesGcm;
using dataplane::crypto::NonceAndAad;
using Nonces = std::array<NonceAndAad, burst_packets>;

constexpr std::array<std::uint8_t, 32> key{1, 2, 3};
constexpr std::array<std::uint8_t, 4> salt{4, 5, 6, 7};
constexpr std::uint32_t spi = 0x52570001;

void build_nonces(Nonces& nonces, std::uint64_t first) {
    for (std::uint64_t i = 0; i < burst_packets; ++i) dataplane::crypto::build_nonce(nonces[i], salt, spi, first + i);
}

/// A burst of packets from the pool with room for an ICV, freed at the end.
class Texts {
public:
    explicit Texts(std::uint16_t size) : size_(size) {
        fixture::InnerPackets(fixture::PacketMix::fixed(size, burst_packets), pool()).fill(burst_);
    }
    Texts(const Texts&) = delete;
    Texts& operator=(const Texts&) = delete;
    ~Texts() { rte_pktmbuf_free_bulk(burst_.mbufs(), burst_.count); }

    std::uint8_t* at(std::size_t index) { return burst_.packets[index]->data(); }
    std::uint16_t size() const { return size_; }

private:
    std::uint16_t size_;
    dataplane::packet::Burst burst_;
};

void seal(benchmark::State& state) {
    const AesGcm aead(cipher_of(state), key);
    Texts texts(static_cast<std::uint16_t>(state.range(1)));
    Nonces nonces;
    std::uint64_t sequence = 1;
    measure(
        state, [&] { build_nonces(nonces, sequence += burst_packets); },
        [&] {
            for (std::size_t i = 0; i < burst_packets; ++i) aead.seal(texts.at(i), texts.size(), nonces[i]);
        });
}

void open(benchmark::State& state) {
    const AesGcm aead(cipher_of(state), key);
    Texts texts(static_cast<std::uint16_t>(state.range(1)));
    Nonces nonces;
    std::uint64_t sequence = 1;
    bool all_opened = true;
    measure(
        state,
        [&] {
            build_nonces(nonces, sequence += burst_packets);
            for (std::size_t i = 0; i < burst_packets; ++i) aead.seal(texts.at(i), texts.size(), nonces[i]);
        },
        [&] {
            for (std::size_t i = 0; i < burst_packets; ++i)
                all_opened &= aead.open(texts.at(i), texts.size(), nonces[i]);
        });
    if (!all_opened) state.SkipWithError("a packet did not authenticate");
}

void nonce(benchmark::State& state) {
    Nonces nonces;
    std::uint64_t sequence = 1;
    measure(state, nothing_to_prepare, [&] {
        build_nonces(nonces, sequence += burst_packets);
        benchmark::DoNotOptimize(nonces);
        benchmark::ClobberMemory();
    });
}

BENCHMARK(seal)->ArgNames({"aes", "bytes"})->ArgsProduct({{256, 128}, {64, 512, 1420}})->UseManualTime();
BENCHMARK(open)->ArgNames({"aes", "bytes"})->ArgsProduct({{256, 128}, {64, 512, 1420}})->UseManualTime();
BENCHMARK(nonce)->UseManualTime();

}  // namespace

}  // namespace ropewalk::perf::micro
