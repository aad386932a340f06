#include "config/snapshot/build.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <random>

#include <gtest/gtest.h>

#include "config/region/fixed_text.hpp"
#include "config/region/inner_mtu.hpp"
#include "config/region/limits.hpp"
#include "config/region/verify.hpp"
#include "config/region/view.hpp"
#include "config/snapshot/ranges.hpp"
#include "config/snapshot/slots.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::config::snapshot {
namespace {

using region::inner_mtu_for;
using region::overhead_bytes;

std::vector<std::uint8_t> built(const schema::Gateway& gateway) {
    return build(gateway, tests::unit::resolved_for(gateway), 7).value();
}

TEST(InnerMtu, leaves_room_for_headers_trailer_and_padding) {
    EXPECT_EQ(overhead_bytes(Family::ipv4, Wire::ropewalk), 20 + 8 + 8 + 8 + 8 + 2 + 16);
    EXPECT_EQ(overhead_bytes(Family::ipv4, Wire::esp), 20 + 8 + 8 + 8 + 2 + 16);
    EXPECT_EQ(overhead_bytes(Family::ipv6, Wire::ropewalk), 40 + 8 + 8 + 8 + 8 + 2 + 16);
    EXPECT_EQ(inner_mtu_for(1500, Family::ipv4, Wire::ropewalk), 1430);
    EXPECT_EQ(inner_mtu_for(1500, Family::ipv6, Wire::ropewalk), 1410);
    EXPECT_EQ(inner_mtu_for(1500, Family::ipv4, Wire::esp), 1438);
    EXPECT_EQ(inner_mtu_for(0, Family::ipv4, Wire::ropewalk), 0);
    EXPECT_EQ(inner_mtu_for(70, Family::ipv4, Wire::ropewalk), 0);
}

TEST(InnerMtu, is_the_largest_that_fits) {
    for (std::uint16_t outer = region::min_mtu; outer < 2000; ++outer) {
        for (const Family family : {Family::ipv4, Family::ipv6}) {
            for (const auto& [word, wire] : words<Wire>) {
                const auto sealed_size = [&](unsigned inner) {
                    const unsigned padded = (inner + 2 + 3) / 4 * 4;
                    return padded + overhead_bytes(family, wire) - 2U;
                };
                const std::uint16_t inner = inner_mtu_for(outer, family, wire);
                EXPECT_LE(sealed_size(inner), outer);
                EXPECT_GT(sealed_size(inner + 1U), outer);
            }
        }
    }
}

TEST(InnerMtu, of_a_tunnel_is_that_of_its_narrowest_path_or_the_inside_mtu) {
    schema::Gateway gateway = tests::unit::sample_gateway();
    EXPECT_EQ(inner_mtu_of(gateway, gateway.tunnels[0]), 1330) << "path lte carries 1400 bytes";
    gateway.tunnels[0].paths[1].mtu.reset();
    EXPECT_EQ(inner_mtu_of(gateway, gateway.tunnels[0]), 1430) << "port wan1 carries 1500 bytes";
    gateway.inside.mtu = schema::Bytes{1300};
    EXPECT_EQ(inner_mtu_of(gateway, gateway.tunnels[0]), 1300);
    gateway.inside.mtu = schema::Bytes{9000};
    EXPECT_EQ(inner_mtu_of(gateway, gateway.tunnels[0]), 1430);
}

TEST(SnapshotBuild, lays_out_every_field) {
    const schema::Gateway gateway = tests::unit::sample_gateway();
    const Resolved resolved = tests::unit::resolved_for(gateway);
    const std::vector<std::uint8_t> bytes = build(gateway, resolved, 7).value();
    const auto verified = region::verify(bytes, 7);
    ASSERT_TRUE(verified) << verified.error().message;
    const region::View view(bytes);

    EXPECT_EQ(view.header().generation, 7U);
    EXPECT_EQ(view.header().size, bytes.size());
    EXPECT_EQ(region::text_of(view.header().gateway), "edge");
    EXPECT_EQ(view.header().inside_mtu, 1330);
    const region::BootRecord& boot = view.header().boot;
    EXPECT_EQ(boot.workers, 1);
    EXPECT_EQ(boot.worker_cpu_count, 1);
    EXPECT_EQ(boot.worker_cpus[0], 1);
    EXPECT_EQ(boot.idle, IdleMode::adaptive);
    EXPECT_EQ(boot.hugepages, Hugepages::automatic);
    EXPECT_EQ(boot.memory_bytes, 128ULL << 20);
    EXPECT_EQ(region::text_of(boot.inside_interface), "rw0");
    EXPECT_EQ(boot.inside_port, region::no_inside_port);
    EXPECT_EQ(boot.inside_next_hop, (std::array<std::uint8_t, 6>{}));
    EXPECT_EQ(region::text_of(boot.state_dir), "/var/lib/ropewalk");
    EXPECT_EQ(region::text_of(boot.eal_args), "--log-level=7\n--vdev=x");

    ASSERT_EQ(view.ports().size(), 2U);
    EXPECT_EQ(region::text_of(view.ports()[1].name), "wan2");
    EXPECT_EQ(region::text_of(view.ports()[1].device), "/run/memif.sock");
    EXPECT_EQ(view.ports()[1].driver, PortDriver::memif);
    EXPECT_EQ(view.ports()[1].memif_server, 1);
    EXPECT_EQ(view.ports()[1].mtu, 1600);

    ASSERT_EQ(view.tunnels().size(), 2U);
    const region::TunnelRecord& hub = view.tunnels()[0];
    EXPECT_EQ(region::text_of(hub.peer), "hub");
    EXPECT_EQ(hub.tx_key_id, resolved.keys.at("hub").tx_key_id);
    EXPECT_EQ(hub.rx_key_id, resolved.keys.at("hub").rx_key_id);
    EXPECT_EQ(hub.tx_spi, resolved.keys.at("hub").tx_spi);
    EXPECT_EQ(hub.rx_spi, resolved.keys.at("hub").rx_spi);
    EXPECT_EQ(hub.tx_key, resolved.keys.at("hub").tx_key);
    EXPECT_EQ(hub.rx_key, resolved.keys.at("hub").rx_key);
    EXPECT_EQ(hub.tx_salt, resolved.keys.at("hub").tx_salt);
    EXPECT_EQ(hub.rx_salt, resolved.keys.at("hub").rx_salt);
    EXPECT_EQ(hub.inner_mtu, 1330);
    EXPECT_EQ(hub.window_log2, 20) << "not every path has a rate";
    EXPECT_EQ(hub.cipher, Cipher::aes_256_gcm);
    EXPECT_EQ(hub.wire, Wire::ropewalk);
    const region::TunnelRecord& depot = view.tunnels()[1];
    EXPECT_EQ(region::text_of(depot.peer), "far-depot");
    EXPECT_EQ(depot.cipher, Cipher::aes_128_gcm);
    EXPECT_EQ(depot.wire, Wire::esp);
    EXPECT_EQ(depot.window_log2, 17);
    EXPECT_EQ(depot.tx_key[15], resolved.keys.at("depot").tx_key[15]);
    EXPECT_EQ(depot.tx_key[16], 0) << "AES-128 has no more bytes";

    ASSERT_EQ(view.paths_of(hub).size(), 3U);
    const region::PathRecord& fibre = view.paths_of(hub)[0];
    EXPECT_EQ(fibre.rate_kbit, 80'000U);
    EXPECT_EQ(fibre.port, 0);
    EXPECT_EQ(fibre.mtu, 1500);
    EXPECT_EQ(fibre.local_udp_port, 4500);
    EXPECT_EQ(fibre.path_id, 1);
    EXPECT_EQ(fibre.family, 4);
    EXPECT_EQ(fibre.udp_checksum, 0);
    EXPECT_EQ(fibre.local_address, (std::array<std::uint8_t, 16>{203, 0, 113, 9}));
    EXPECT_EQ(fibre.peer_address, (std::array<std::uint8_t, 16>{198, 51, 100, 10}));
    const region::PathRecord& lte = view.paths_of(hub)[1];
    EXPECT_EQ(lte.mtu, 1400);
    EXPECT_EQ(lte.rate_kbit, 0U);
    const region::PathRecord& dsl = view.paths_of(hub)[2];
    EXPECT_EQ(dsl.path_id, 9);
    ASSERT_EQ(view.paths_of(depot).size(), 1U);
    EXPECT_EQ(view.paths_of(depot)[0].family, 6);
    EXPECT_EQ(view.paths_of(depot)[0].udp_checksum, 1);

    ASSERT_EQ(view.classes_of(hub).size(), 2U);
    EXPECT_TRUE(view.classes_of(depot).empty());
    const region::ClassRecord& voice = view.classes_of(hub)[0];
    EXPECT_EQ(region::text_of(voice.name), "voice");
    EXPECT_EQ(voice.dscp_mask, 1ULL << 46 | 1ULL << 34);
    EXPECT_EQ(voice.path_mask, 0b101U);
    EXPECT_EQ(voice.preference, 0x20U);
    EXPECT_EQ(voice.max_size, 256);
    EXPECT_EQ(voice.source_port_first, 5060);
    EXPECT_EQ(voice.source_port_last, 5060);
    EXPECT_EQ(voice.destination_port_first, 5060);
    EXPECT_EQ(voice.destination_port_last, 5070);
    EXPECT_EQ(voice.match_protocol, 1);
    EXPECT_EQ(voice.protocol, 17);
    EXPECT_EQ(voice.match_ports, 1);
    EXPECT_EQ(voice.mode, Mode::duplicate);
    EXPECT_EQ(voice.copies, 2);
    EXPECT_EQ(voice.source_family, 4);
    EXPECT_EQ(voice.source_length, 24);
    EXPECT_EQ(voice.destination_length, 25);
    EXPECT_EQ(voice.destination[3], 128);
    const region::ClassRecord& rest = view.classes_of(hub)[1];
    EXPECT_EQ(rest.dscp_mask, ~0ULL);
    EXPECT_EQ(rest.path_mask, 0b111U);
    EXPECT_EQ(rest.preference, 0x210U);
    EXPECT_EQ(rest.copies, 3);
    EXPECT_EQ(rest.max_size, 0xffff);
    EXPECT_EQ(rest.match_ports, 0);
    EXPECT_EQ(rest.source_family, 0);
}

TEST(SnapshotBuild, one_port_range_alone_leaves_the_other_side_open) {
    schema::Gateway gateway = tests::unit::sample_gateway();
    gateway.tunnels[0].classes[0].match.source_port.reset();
    const std::vector<std::uint8_t> bytes = built(gateway);
    const region::View view(bytes);
    const region::ClassRecord& voice = view.classes()[0];
    EXPECT_EQ(voice.match_ports, 1);
    EXPECT_EQ(voice.source_port_first, 0);
    EXPECT_EQ(voice.source_port_last, 65535);
}

TEST(SnapshotBuild, the_inside_mtu_is_the_operators_where_one_is_given) {
    schema::Gateway gateway = tests::unit::sample_gateway();
    gateway.inside.mtu = schema::Bytes{9000};
    const std::vector<std::uint8_t> bytes = built(gateway);
    EXPECT_EQ(region::View(bytes).header().inside_mtu, 9000);
    EXPECT_EQ(region::View(bytes).tunnels()[0].inner_mtu, 1330) << "still what fits the paths";
}

TEST(SnapshotBuild, users_behind_a_port_have_its_mtu_and_their_router) {
    const schema::Gateway gateway = tests::unit::behind_a_port(tests::unit::sample_gateway());
    const std::vector<std::uint8_t> bytes = built(gateway);
    const auto verified = region::verify(bytes, 7);
    ASSERT_TRUE(verified) << verified.error().message;
    const region::View view(bytes);
    EXPECT_EQ(view.header().boot.inside_port, 2);
    EXPECT_EQ(region::text_of(view.header().boot.inside_interface), "");
    EXPECT_EQ(view.header().boot.inside_next_hop, (std::array<std::uint8_t, 6>{2, 0, 0, 0, 0, 1}));
    EXPECT_EQ(view.ports()[2].mac, (std::array<std::uint8_t, 6>{2, 0, 0, 0, 0, 9}));
    EXPECT_EQ(view.header().inside_mtu, 1300) << "the port's, which is smaller than what fits the paths";
    EXPECT_EQ(view.tunnels()[0].inner_mtu, 1300);
    EXPECT_EQ(view.tunnels()[1].inner_mtu, 1300);
}

TEST(SnapshotBuild, sizes_the_window_from_rates_and_skew) {
    const auto window_log2 = [](std::uint64_t bits_per_second, schema::Duration skew) {
        schema::Gateway gateway = tests::unit::sample_gateway();
        gateway.tunnels[0].max_skew = skew;
        for (schema::Path& path : gateway.tunnels[0].paths) path.rate = schema::BitsPerSecond{bits_per_second / 3};
        const std::vector<std::uint8_t> bytes = built(gateway);
        return region::View(bytes).tunnels()[0].window_log2;
    };
    using namespace std::chrono_literals;
    EXPECT_EQ(window_log2(3'000'000, 10ms), 16) << "never below";
    EXPECT_EQ(window_log2(3ULL * 44'739'000, 500ms), 16) << "65 535 packets of 128 bytes";
    EXPECT_EQ(window_log2(3ULL * 44'740'000, 500ms), 17) << "65 537 packets";
    EXPECT_EQ(window_log2(3'000'000'000, 500ms), 21) << "1.46 million packets";
    EXPECT_EQ(window_log2(300'000'000'000, 60s), 24) << "never above";
}

TEST(SnapshotBuild, without_a_tunnel_has_one_range_for_nobody) {
    schema::Gateway gateway = tests::unit::sample_gateway();
    gateway.tunnels.clear();
    const std::vector<std::uint8_t> bytes = built(gateway);
    EXPECT_TRUE(region::verify(bytes, 7));
    EXPECT_EQ(region::View(bytes).ranges_v4().size(), 1U);
    EXPECT_EQ(region::View(bytes).ranges_v6()[0].tunnel, region::no_tunnel_index);
    EXPECT_EQ(region::View(bytes).header().inside_mtu, 1500);
}

TEST(SnapshotBuild, says_what_is_missing_or_too_much) {
    const schema::Gateway gateway = tests::unit::sample_gateway();
    Resolved resolved = tests::unit::resolved_for(gateway);
    resolved.keys.erase("depot");
    EXPECT_EQ(build(gateway, resolved, 1).error().message, "tunnel 'depot' has no keys");
    resolved = tests::unit::resolved_for(gateway);
    resolved.tunnel_slots.erase("depot");
    EXPECT_EQ(build(gateway, resolved, 1).error().message, "tunnel 'depot' has no slot");
    resolved = tests::unit::resolved_for(gateway);
    resolved.port_slots.erase("wan2");
    EXPECT_EQ(build(gateway, resolved, 1).error().message, "port 'wan2' has no slot");
    resolved = tests::unit::resolved_for(gateway);
    resolved.path_slots.erase("hub/lte");
    EXPECT_EQ(build(gateway, resolved, 1).error().message, "path 'hub/lte' has no slot");

    schema::Gateway wide = gateway;
    for (unsigned i = 0; i < region::max_ranges; ++i) {
        wide.tunnels[0].prefixes.push_back(
            {{Family::ipv4, {10, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i), 1}}, 32});
    }
    EXPECT_EQ(build(wide, tests::unit::resolved_for(wide), 1).error().message,
              "the configuration makes 32773 IPv4 address ranges; allowed: at most 16384");
}

TEST(SnapshotBuild, a_hub_with_a_thousand_tunnels_of_four_paths_fits_a_slot) {
    const schema::Gateway gateway = tests::unit::hub_with(1000);
    const Resolved resolved = tests::unit::resolved_for(gateway);
    const auto start = std::chrono::steady_clock::now();
    const auto bytes = build(gateway, resolved, 1);
    const auto built_at = std::chrono::steady_clock::now();
    ASSERT_TRUE(bytes) << bytes.error().message;
    EXPECT_LE(bytes->size(), region::snapshot_capacity_bytes);
    const auto verified = region::verify(*bytes, 1);
    const auto verified_at = std::chrono::steady_clock::now();
    ASSERT_TRUE(verified) << verified.error().message;
    const auto milliseconds = [](auto span) { return std::chrono::duration<double, std::milli>(span).count(); };
    std::cout << bytes->size() << " bytes, built in " << milliseconds(built_at - start) << " ms, verified in "
              << milliseconds(verified_at - built_at) << " ms\n";
    // Far above what it takes even under a sanitizer; quadratic growth would show.
    EXPECT_LT(milliseconds(verified_at - start), 1000.0);
}

TEST(SnapshotBuild, everything_at_its_limit_fits_a_slot) {
    const std::uint64_t largest =
        sizeof(region::SnapshotHeader) + region::max_ports * sizeof(region::PortRecord) +
        region::max_tunnels * sizeof(region::TunnelRecord) + region::max_paths * sizeof(region::PathRecord) +
        region::max_classes * sizeof(region::ClassRecord) + region::max_ranges * sizeof(region::RangeV4Record) +
        region::max_ranges * sizeof(region::RangeV6Record) + 6 * 7;
    EXPECT_LE(largest, region::snapshot_capacity_bytes);
    const schema::Gateway gateway = tests::unit::hub_with(region::max_tunnels);
    const std::vector<std::uint8_t> bytes = built(gateway);
    const auto verified = region::verify(bytes, 7);
    EXPECT_TRUE(verified) << verified.error().message;
}

/// The tunnel whose longest prefix holds the address, found the slow way.
std::uint32_t owner_of(const std::vector<schema::Tunnel>& tunnels, const schema::IpAddress& address) {
    std::uint32_t owner = region::no_tunnel_index;
    int longest = -1;
    for (std::uint32_t i = 0; i < tunnels.size(); ++i) {
        for (const schema::Prefix& prefix : tunnels[i].prefixes) {
            const bool holds = prefix.address.family == address.family &&
                               schema::network_of({address, prefix.length}).address == prefix.address;
            if (holds && prefix.length > longest) {
                longest = prefix.length;
                owner = i;
            }
        }
    }
    return owner;
}

TEST(Ranges, agree_with_longest_prefix_match_on_random_prefixes) {
    std::mt19937 random(3);
    for (int round = 0; round < 300; ++round) {
        std::vector<schema::Tunnel> tunnels(1 + random() % 5);
        for (schema::Tunnel& tunnel : tunnels) {
            for (unsigned i = random() % 8; i > 0; --i) {
                // Few distinct bits, so that prefixes nest, touch, and reach the ends of the address space.
                schema::Prefix v4{{Family::ipv4, {}}, static_cast<std::uint8_t>(random() % 33)};
                for (std::size_t b = 0; b < 4; ++b) v4.address.bytes[b] = random() % 3 == 0 ? 0xff : random() % 2;
                schema::Prefix v6{{Family::ipv6, {}}, static_cast<std::uint8_t>(random() % 129)};
                for (std::size_t b = 0; b < 16; ++b) v6.address.bytes[b] = random() % 3 == 0 ? 0xff : random() % 2;
                tunnel.prefixes.push_back(schema::network_of(v4));
                tunnel.prefixes.push_back(schema::network_of(v6));
            }
        }
        const std::vector<region::RangeV4Record> v4 = ranges_v4_of(tunnels);
        const std::vector<region::RangeV6Record> v6 = ranges_v6_of(tunnels);
        ASSERT_EQ(v4.front().first, 0U);
        ASSERT_EQ(v6.front().first_high | v6.front().first_low, 0U);
        const auto check_v4 = [&](std::uint32_t number) {
            const auto next = std::ranges::upper_bound(v4, number, {}, &region::RangeV4Record::first);
            schema::IpAddress address{Family::ipv4, {}};
            for (std::size_t b = 0; b < 4; ++b) address.bytes[b] = static_cast<std::uint8_t>(number >> (24 - 8 * b));
            EXPECT_EQ(std::prev(next)->tunnel, owner_of(tunnels, address)) << to_string(address);
        };
        const auto check_v6 = [&](std::uint64_t high, std::uint64_t low) {
            const auto key = [](const region::RangeV6Record& range) {
                return std::pair(range.first_high, range.first_low);
            };
            const auto next = std::ranges::upper_bound(v6, std::pair(high, low), {}, key);
            schema::IpAddress address{Family::ipv6, {}};
            for (std::size_t b = 0; b < 8; ++b) {
                address.bytes[b] = static_cast<std::uint8_t>(high >> (56 - 8 * b));
                address.bytes[b + 8] = static_cast<std::uint8_t>(low >> (56 - 8 * b));
            }
            EXPECT_EQ(std::prev(next)->tunnel, owner_of(tunnels, address)) << to_string(address);
        };
        for (std::size_t i = 0; i < v4.size(); ++i) {
            check_v4(v4[i].first);
            check_v4(v4[i].first - 1);
            if (i > 0) {
                EXPECT_LT(v4[i - 1].first, v4[i].first);
                EXPECT_NE(v4[i - 1].tunnel, v4[i].tunnel);
            }
        }
        for (const region::RangeV6Record& range : v6) {
            check_v6(range.first_high, range.first_low);
            check_v6(range.first_low == 0 ? range.first_high - 1 : range.first_high, range.first_low - 1);
        }
        for (int probe = 0; probe < 20; ++probe) check_v4(static_cast<std::uint32_t>(random()));
    }
}

}  // namespace
}  // namespace ropewalk::config::snapshot
