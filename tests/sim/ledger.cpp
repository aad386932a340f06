#include "tests/sim/ledger.hpp"

#include <algorithm>
#include <cstring>

#include "control/peers/hello.hpp"

namespace ropewalk::tests::sim {

using packets::Bytes;

namespace {

std::vector<ReferenceCipher> ciphers_of(Side from) {
    std::vector<ReferenceCipher> ciphers;
    for (unsigned number = 0; number < key_sets; ++number)
        ciphers.emplace_back(keys_of(from, number).tx_key, keys_of(from, number).tx_salt);
    return ciphers;
}

/// The number of the keys with this SPI; the first where there are none, which do not open it.
unsigned keys_with(Side from, std::uint32_t spi) {
    for (unsigned number = 0; number < key_sets; ++number)
        if (keys_of(from, number).tx_spi == spi) return number;
    return 0;
}

std::uint64_t digest_of(std::span<const std::uint8_t> bytes) {
    std::uint64_t digest = bytes.size();
    for (std::size_t at = 0; at < bytes.size(); at += sizeof digest) {
        std::uint64_t word = 0;
        std::memcpy(&word, &bytes[at], std::min(sizeof word, bytes.size() - at));
        digest = (digest ^ word) * 0x9e3779b97f4a7c15;
        digest ^= digest >> 29;
    }
    return digest;
}

/// docs/packet-format.md, "Control messages".
constexpr std::uint8_t no_next_header = 59;

std::uint8_t shards_in(const Bytes& plaintext) {
    const auto hello = control::peers::decode_hello(plaintext);
    return hello ? hello->shards : std::uint8_t{0};
}

}  // namespace

Ledger::Ledger() : ciphers_{ciphers_of(Side::edge), ciphers_of(Side::hub)} {}

void Ledger::add_user_packet(UserPacket packet) {
    auto& users = users_[index_of(packet.from)];
    users.push_back({.packet = std::move(packet)});
}

const Ledger::UserFate* Ledger::user(Side from, std::uint64_t number) const {
    const auto& users = users_[index_of(from)];
    return number < users.size() ? &users[number] : nullptr;
}

const Ledger::Sealed* Ledger::sealed(Side from, unsigned keys, std::uint64_t sequence) const {
    const auto& numbers = sealed_[index_of(from)][keys];
    const auto found = numbers.find(sequence);
    return found == numbers.end() ? nullptr : &found->second;
}

Ledger::Noted Ledger::note_sealed(Side from, std::span<const std::uint8_t> esp) {
    ++copies_;
    const std::uint64_t sequence = packets::read_be64(esp, 8);
    const std::uint64_t digest = digest_of(esp);
    const unsigned keys = keys_with(from, packets::read_be32(esp, 0));
    auto& numbers = sealed_[index_of(from)][keys];
    if (const auto known = numbers.find(sequence); known != numbers.end())
        return {&known->second, sequence, digest, keys};

    Sealed sealed{{}, digest, false};
    if (const auto plaintext = ciphers_[index_of(from)][keys].open(esp)) {
        sealed.authentic = true;
        if (plaintext->back() == no_next_header)
            sealed.announced_shards = shards_in(*plaintext);
        else
            sealed.user_packet = number_in(*plaintext);
    }
    if (sealed.user_packet && *sealed.user_packet < users_[index_of(from)].size()) {
        UserFate& user = users_[index_of(from)][*sealed.user_packet];
        user.sequence = sequence;
        user.keys = keys;
    }
    return {&numbers.emplace(sequence, sealed).first->second, sequence, digest, keys};
}

void Ledger::note_turn(Side side, unsigned keys, const MemoryPorts::Traffic& traffic) {
    const Side from = other(side);
    Receiver& receiver = receivers_[index_of(side)][keys];
    auto& numbers = sealed_[index_of(from)][keys];
    for (const Frame& frame : traffic.wan_in) {
        if (frame.condition != Frame::Condition::intact || frame.keys != keys) continue;
        receiver.newest = std::max(receiver.newest, frame.sequence);
        if (const auto found = numbers.find(frame.sequence); found != numbers.end())
            found->second.reached_intact = true;
    }
    auto& users = users_[index_of(from)];
    const auto note = [&](const Bytes& inner, std::uint32_t delivered) {
        const auto number = number_in(inner);
        if (!number || *number >= users.size() || is_icmp(inner)) return;
        ++users[*number].offered;
        users[*number].delivered += delivered;
    };
    for (const Bytes& inner : traffic.inside_out) note(inner, 1);
    for (const Bytes& inner : traffic.inside_refused) note(inner, 0);
}

void Ledger::end_life(Side side) {
    for (Receiver& receiver : receivers_[index_of(side)])
        receiver = {0, std::max(receiver.newest, receiver.newest_earlier)};
}

}  // namespace ropewalk::tests::sim
