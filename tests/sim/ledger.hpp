#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "tests/sim/frame.hpp"
#include "tests/sim/memory_ports.hpp"
#include "tests/sim/reference_cipher.hpp"
#include "tests/sim/tunnel_keys.hpp"
#include "tests/sim/user_packet.hpp"

namespace ropewalk::tests::sim {

/// What the world knows for certain, whatever the gateways believe: what users sent, what was sealed under which
/// number and keys, what reached the other side.
class Ledger {
public:
    /// One sequence number of one direction under one key, at its first copy.
    struct Sealed {
        std::optional<std::uint64_t> user_packet;  ///< none: a control message
        std::uint64_t digest;                      ///< of the bytes from SPI to ICV
        bool authentic;                            ///< opened by the reference cipher
        std::uint8_t announced_shards = 0;         ///< by the hello in it; 0: no hello
        bool reached_intact = false;               ///< an intact copy went into the far worker
    };
    /// A dataplane as the receiver of the other side's packets under one key.
    struct Receiver {
        std::uint64_t newest = 0;          ///< of the intact copies that went into this life's worker
        std::uint64_t newest_earlier = 0;  ///< the same of all lives before
    };
    struct UserFate {
        UserPacket packet;
        std::uint64_t sequence = 0;   ///< 0: no copy was seen
        unsigned keys = 0;            ///< that sealed it
        std::uint32_t offered = 0;    ///< times given to the far inside port
        std::uint32_t delivered = 0;  ///< times that took it
    };

    Ledger();

    std::uint64_t next_user_number(Side from) const { return users_[index_of(from)].size(); }
    void add_user_packet(UserPacket packet);
    const std::vector<UserFate>& users(Side from) const { return users_[index_of(from)]; }
    const UserFate* user(Side from, std::uint64_t number) const;

    /// A frame that left `from`; `esp` is its sealed part. The record is the one of the number's first copy.
    struct Noted {
        Sealed* sealed;
        std::uint64_t sequence;
        std::uint64_t digest;
        unsigned keys;
    };
    Noted note_sealed(Side from, std::span<const std::uint8_t> esp);
    const Sealed* sealed(Side from, unsigned keys, std::uint64_t sequence) const;

    /// What one turn of `side`, whose worker had these keys, took and gave.
    void note_turn(Side side, unsigned keys, const MemoryPorts::Traffic& traffic);
    void end_life(Side side);
    const Receiver& receiver(Side side, unsigned keys) const { return receivers_[index_of(side)][keys]; }

    std::uint64_t copies() const { return copies_; }
    std::uint64_t user_packets() const { return users_[0].size() + users_[1].size(); }

private:
    template <class T>
    using ByKeys = std::array<T, key_sets>;

    std::array<std::vector<UserFate>, side_count> users_;
    std::array<ByKeys<std::unordered_map<std::uint64_t, Sealed>>, side_count> sealed_;
    std::array<ByKeys<Receiver>, side_count> receivers_;
    std::array<std::vector<ReferenceCipher>, side_count> ciphers_;  ///< by number of the keys
    std::uint64_t copies_ = 0;
};

}  // namespace ropewalk::tests::sim
