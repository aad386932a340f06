#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "config/region/spsc_ring.hpp"
#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"
#include "control/paths/metered_path.hpp"
#include "control/paths/mtu_search.hpp"
#include "control/paths/path_table.hpp"
#include "control/peers/mtu_messages.hpp"
#include "control/peers/outgoing_message.hpp"
#include "control/peers/peers.hpp"

namespace ropewalk::control::peers {

/// Finds out what every path carries to its peer, and answers the peers that find out what theirs carry to us. Pure.
class MtuExchange {
public:
    /// Probes that leave in a turn, of all paths: so few that answers and hellos have their room.
    static constexpr std::size_t most_probes_per_turn = 64;
    /// Answers that a peer gets in a turn, however much it asks.
    static constexpr std::size_t most_answers_per_turn = 16;
    /// What an earlier control had found holds so long at most, until it is found again.
    static constexpr std::uint64_t first_probe_patience_ns = 5'000'000'000;

    /// Follows a configuration; what is known of a path stays, as long as it goes the same way.
    void configure(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved,
                   std::uint64_t now_ns);

    /// Takes a message that was opened with the present key of its tunnel; leaves others alone.
    void receive(const config::region::Message& message, std::uint64_t now_ns);

    /// Takes packets of users sealed so far, by tunnel slot.
    void follow_traffic(const std::map<std::uint32_t, std::uint64_t>& user_packets);

    /// Paths that cost by the byte and carry nothing are checked as seldom as if no packet went by their tunnel.
    void follow_duties(std::span<const paths::MeteredPath> metered);

    /// Follows what kernel and peers say of each path, and writes what each is found to carry into `paths`. True when
    /// that is news.
    bool follow_paths(const Peers& peers, std::uint64_t now_ns, paths::PathTable& paths);

    /// Adds answers and probes, `room` messages at the most.
    void send(std::uint64_t now_ns, std::size_t room, std::vector<OutgoingMessage>& out);

    /// Of a configured path.
    const paths::MtuSearch& search(std::uint32_t path_slot) const { return entries_.at(path_slot).search; }
    /// Answers of a tunnel's peer to what it was not asked.
    std::uint64_t absurd_answers(std::uint32_t tunnel_slot) const;

private:
    /// What the search is about: of another way nothing is known.
    struct Way {
        std::string port;
        config::schema::Endpoint local, peer;
        config::Wire wire{};
        bool operator==(const Way&) const = default;

        config::Family family() const { return peer.address.family; }
    };
    struct Entry {
        std::uint32_t tunnel_slot = 0;
        std::uint8_t path_id = 0;
        Way way;
        config::MtuProbing probing{};
        std::uint64_t configured_bytes = 0;  ///< outer packet
        paths::MtuSearch search;
        bool peer_answers = false;
        bool can_send = false;
        paths::Duty duty = paths::Duty::carries;
    };
    struct TunnelTraffic {
        std::uint64_t user_packets = 0;
        paths::Traffic now = paths::Traffic::idle;
    };

    static paths::MtuSearch::Bounds bounds_of(const Entry& entry, const paths::NextHopFact& fact);
    void take_answer(const MtuAnswer& answer, std::uint32_t tunnel_slot, std::uint64_t now_ns);
    static OutgoingMessage message_of(const Entry& entry, std::uint32_t path_slot, const paths::MtuSearch::Probe& probe,
                                      std::uint64_t now_ns);

    std::map<std::uint32_t, Entry> entries_;                                            ///< by path slot
    std::map<std::pair<std::uint32_t, std::uint8_t>, std::uint32_t> slots_by_path_id_;  ///< and tunnel slot
    std::map<std::uint32_t, std::vector<MtuAnswer>> answers_;                           ///< to be sent, by tunnel slot
    std::map<std::uint32_t, std::uint64_t> absurd_answers_;                             ///< by tunnel slot
    std::map<std::uint32_t, TunnelTraffic> traffic_;                                    ///< by tunnel slot
    std::uint32_t next_path_slot_ = 0;                                                  ///< whose turn it is
    std::uint64_t started_ns_ = 0;                                                      ///< 0: not yet
};

}  // namespace ropewalk::control::peers
