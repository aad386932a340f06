#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <intel-ipsec-mb.h>

#include "config/region/records.hpp"
#include "dataplane/crypto/nonce.hpp"
#include "dataplane/packet/burst.hpp"
#include "perf/fixture/packet_mix.hpp"

namespace ropewalk::perf::core {

/// What of the crypto library a row cannot do without.
enum class FloorKind : std::uint8_t { none, seal, open, seal_and_open };

/// The limit: ipsec-mb's direct calls alone, over mbufs of the same pool, with the sizes of the row and with nonces
/// that stand ready. No packet is parsed, copied, allocated or freed, and no ICV compared.
class Floor {
public:
    /// `buffers` are lent, one for each packet of the mix at least; `text_at` is where the text begins behind the
    /// default headroom, as it lies in the pipeline.
    Floor(FloorKind kind, config::Cipher cipher, const fixture::PacketMix& mix, const dataplane::packet::Burst& buffers,
          std::uint16_t text_at);

    /// Cycles of one burst.
    std::uint64_t run();

private:
    struct Erase {
        void operator()(gcm_key_data* key) const;
    };
    struct Job {
        std::uint8_t* text;
        std::uint64_t size;
        dataplane::crypto::NonceAndAad nonce;
    };
    void call_each(aes_gcm_enc_dec_t function);

    FloorKind kind_;
    aes_gcm_enc_dec_t seal_, open_;
    std::unique_ptr<gcm_key_data, Erase> key_;
    std::vector<Job> jobs_;
};

}  // namespace ropewalk::perf::core
