#pragma once

#include <string_view>
#include <tuple>

#include "config/codes.hpp"
#include "config/member_count.hpp"
#include "config/region/records.hpp"

/// The fields of the records, one row each: what verify() lets pass, and how a dump shows them.
namespace ropewalk::config::region {

/// What a field may hold by itself.
struct Between {
    std::uint64_t low, high;
};
/// One of the words of its enumeration.
struct AWord {};
/// 1 to 31 printable characters without blanks.
struct AName {};
/// Zero bytes, room for later.
struct Unused {};
/// What other fields allow: verify_records.cpp looks.
struct AsOthersAllow {};

/// `by_name`: where dump.cpp has no line of its own for it, under its own name. `in_other_words`: under another name
/// or together with others. `hidden`: not at all.
enum class Shown : std::uint8_t { by_name, in_other_words, hidden };

template <class Record, class Value, class Allowed>
struct Field {
    std::string_view name;
    Value Record::*member;
    Allowed allowed;
    Shown shown = Shown::by_name;
};

/// The rows of a record, in any order.
template <class Record>
inline constexpr std::tuple<> fields_of{};

template <>
inline constexpr auto fields_of<PortRecord> =
    std::tuple{Field{"name", &PortRecord::name, AName{}, Shown::in_other_words},
               Field{"device", &PortRecord::device, AsOthersAllow{}, Shown::in_other_words},
               Field{"driver", &PortRecord::driver, AWord{}},
               Field{"memif_server", &PortRecord::memif_server, AsOthersAllow{}, Shown::in_other_words},
               Field{"mtu", &PortRecord::mtu, Between{min_mtu, max_mtu}},
               Field{"slot", &PortRecord::slot, AsOthersAllow{}},
               Field{"spread", &PortRecord::spread, AWord{}},
               Field{"queue_count", &PortRecord::queue_count, Between{0, max_workers}, Shown::in_other_words},
               Field{"queue_workers", &PortRecord::queue_workers, AsOthersAllow{}, Shown::in_other_words},
               Field{"mac", &PortRecord::mac, AsOthersAllow{}, Shown::in_other_words},
               Field{"joined", &PortRecord::joined, AWord{}},
               Field{"reserved", &PortRecord::reserved, Unused{}, Shown::hidden}};

template <>
inline constexpr auto fields_of<PathRecord> =
    std::tuple{Field{"name", &PathRecord::name, AName{}, Shown::in_other_words},
               Field{"slot", &PathRecord::slot, AsOthersAllow{}},
               Field{"rate_kbit", &PathRecord::rate_kbit, Between{0, max_rate_kbit}},
               Field{"port", &PathRecord::port, AsOthersAllow{}, Shown::in_other_words},
               Field{"mtu", &PathRecord::mtu, AsOthersAllow{}},
               Field{"local_udp_port", &PathRecord::local_udp_port, Between{1, 65535}, Shown::in_other_words},
               Field{"peer_udp_port", &PathRecord::peer_udp_port, Between{1, 65535}, Shown::in_other_words},
               Field{"path_id", &PathRecord::path_id, Between{1, 255}, Shown::in_other_words},
               Field{"family", &PathRecord::family, AsOthersAllow{}, Shown::in_other_words},
               Field{"udp_checksum", &PathRecord::udp_checksum, Between{0, 1}, Shown::in_other_words},
               Field{"dscp", &PathRecord::dscp, Between{0, dscp_of_inner}, Shown::in_other_words},
               Field{"reserved", &PathRecord::reserved, Unused{}, Shown::hidden},
               Field{"local_address", &PathRecord::local_address, AsOthersAllow{}, Shown::in_other_words},
               Field{"peer_address", &PathRecord::peer_address, AsOthersAllow{}, Shown::in_other_words}};

template <>
inline constexpr auto fields_of<ClassRecord> = std::tuple{
    Field{"name", &ClassRecord::name, AName{}, Shown::in_other_words},
    Field{"dscp_mask", &ClassRecord::dscp_mask, AsOthersAllow{}, Shown::in_other_words},
    Field{"preference", &ClassRecord::preference, AsOthersAllow{}, Shown::in_other_words},
    Field{"path_mask", &ClassRecord::path_mask, AsOthersAllow{}, Shown::in_other_words},
    Field{"max_size", &ClassRecord::max_size, Between{1, 0xffff}, Shown::in_other_words},
    Field{"source_port_first", &ClassRecord::source_port_first, AsOthersAllow{}, Shown::in_other_words},
    Field{"source_port_last", &ClassRecord::source_port_last, AsOthersAllow{}, Shown::in_other_words},
    Field{"destination_port_first", &ClassRecord::destination_port_first, AsOthersAllow{}, Shown::in_other_words},
    Field{"destination_port_last", &ClassRecord::destination_port_last, AsOthersAllow{}, Shown::in_other_words},
    Field{"protocol", &ClassRecord::protocol, AsOthersAllow{}, Shown::in_other_words},
    Field{"match_protocol", &ClassRecord::match_protocol, Between{0, 1}, Shown::in_other_words},
    Field{"match_ports", &ClassRecord::match_ports, Between{0, 1}, Shown::in_other_words},
    Field{"mode", &ClassRecord::mode, AWord{}},
    Field{"copies", &ClassRecord::copies, AsOthersAllow{}},
    Field{"source_family", &ClassRecord::source_family, AsOthersAllow{}, Shown::in_other_words},
    Field{"source_length", &ClassRecord::source_length, AsOthersAllow{}, Shown::in_other_words},
    Field{"destination_family", &ClassRecord::destination_family, AsOthersAllow{}, Shown::in_other_words},
    Field{"destination_length", &ClassRecord::destination_length, AsOthersAllow{}, Shown::in_other_words},
    Field{"reserved", &ClassRecord::reserved, Unused{}, Shown::hidden},
    Field{"source", &ClassRecord::source, AsOthersAllow{}, Shown::in_other_words},
    Field{"destination", &ClassRecord::destination, AsOthersAllow{}, Shown::in_other_words}};

template <>
inline constexpr auto fields_of<TunnelRecord> = std::tuple{
    Field{"name", &TunnelRecord::name, AName{}, Shown::in_other_words},
    Field{"peer", &TunnelRecord::peer, AName{}},
    Field{"tx_key_id", &TunnelRecord::tx_key_id, AsOthersAllow{}, Shown::in_other_words},
    Field{"rx_key_id", &TunnelRecord::rx_key_id, AsOthersAllow{}, Shown::in_other_words},
    Field{"tx_spi", &TunnelRecord::tx_spi, Between{min_spi, 0xffffffff}, Shown::in_other_words},
    Field{"rx_spi", &TunnelRecord::rx_spi, Between{min_spi, 0xffffffff}, Shown::in_other_words},
    Field{"slot", &TunnelRecord::slot, AsOthersAllow{}},
    Field{"first_path", &TunnelRecord::first_path, AsOthersAllow{}, Shown::in_other_words},
    Field{"first_class", &TunnelRecord::first_class, AsOthersAllow{}, Shown::in_other_words},
    Field{"path_count", &TunnelRecord::path_count, AsOthersAllow{}, Shown::in_other_words},
    Field{"class_count", &TunnelRecord::class_count, AsOthersAllow{}, Shown::in_other_words},
    Field{"inner_mtu", &TunnelRecord::inner_mtu, AsOthersAllow{}},
    Field{"window_log2", &TunnelRecord::window_log2, Between{min_window_log2, max_window_log2}, Shown::in_other_words},
    Field{"cipher", &TunnelRecord::cipher, AWord{}},
    Field{"wire", &TunnelRecord::wire, AWord{}},
    Field{"rx_shards", &TunnelRecord::rx_shards, AsOthersAllow{}},
    Field{"reserved", &TunnelRecord::reserved, Unused{}, Shown::hidden},
    Field{"tx_key", &TunnelRecord::tx_key, AsOthersAllow{}, Shown::hidden},
    Field{"rx_key", &TunnelRecord::rx_key, AsOthersAllow{}, Shown::hidden},
    Field{"tx_salt", &TunnelRecord::tx_salt, AsOthersAllow{}, Shown::hidden},
    Field{"rx_salt", &TunnelRecord::rx_salt, AsOthersAllow{}, Shown::hidden}};

/// Every field has its row.
template <class Record>
inline constexpr bool has_all_fields = std::tuple_size_v<std::remove_const_t<decltype(fields_of<Record>)>> ==
                                       member_count<Record>();
static_assert(has_all_fields<PortRecord> && has_all_fields<PathRecord> && has_all_fields<ClassRecord> &&
              has_all_fields<TunnelRecord>);

/// Calls `visit(field)` for each row.
template <class Record, class Visit>
void for_each_field(Visit visit) {
    std::apply([&](const auto&... field) { (visit(field), ...); }, fields_of<Record>);
}

}  // namespace ropewalk::config::region
