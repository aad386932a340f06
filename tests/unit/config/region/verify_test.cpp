#include "config/region/verify.hpp"

#include <cstring>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "config/region/fixed_text.hpp"
#include "config/region/limits.hpp"
#include "config/region/view.hpp"
#include "config/snapshot/build.hpp"
#include "config/snapshot/dump.hpp"
#include "tests/unit/config/snapshot/sample_orders.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::config::region {
namespace {

constexpr std::uint64_t generation = 7;

std::vector<std::uint8_t> sample() {
    const schema::Gateway gateway = tests::unit::sample_gateway();
    return build(gateway, tests::unit::resolved_for(gateway), generation).value();
}

/// A snapshot whose fields can be written.
class Damaged {
public:
    Damaged() : bytes_(sample()) {}

    region::SnapshotHeader& header() { return *reinterpret_cast<region::SnapshotHeader*>(bytes_.data()); }
    region::PortRecord& port(std::size_t i) { return record<region::PortRecord>(header().ports, i); }
    region::TunnelRecord& tunnel(std::size_t i) { return record<region::TunnelRecord>(header().tunnels, i); }
    region::PathRecord& path(std::size_t i) { return record<region::PathRecord>(header().paths, i); }
    region::ClassRecord& entry(std::size_t i) { return record<region::ClassRecord>(header().classes, i); }
    region::RangeV4Record& range_v4(std::size_t i) { return record<region::RangeV4Record>(header().ranges_v4, i); }
    region::RangeV6Record& range_v6(std::size_t i) { return record<region::RangeV6Record>(header().ranges_v6, i); }

    std::vector<std::uint8_t>& bytes() { return bytes_; }
    std::string verdict() {
        header().checksum =
            region::checksum_of(std::span(bytes_).first(std::min<std::size_t>(header().size, bytes_.size())));
        const Result<void> result = region::verify(bytes_, generation);
        return result ? "accepted" : result.error().message;
    }

private:
    template <class Record>
    Record& record(const region::Table& table, std::size_t i) {
        return reinterpret_cast<Record*>(bytes_.data() + table.offset)[i];
    }

    std::vector<std::uint8_t> bytes_;
};

TEST(SnapshotVerify, accepts_what_build_makes) {
    EXPECT_EQ(Damaged().verdict(), "accepted");
    // The words of the slot behind the snapshot do not matter.
    std::vector<std::uint8_t> slot = sample();
    slot.resize(slot.size() + 1000, 0xff);
    EXPECT_TRUE(region::verify(slot, generation));
}

TEST(SnapshotVerify, any_single_changed_byte_is_refused) {
    std::vector<std::uint8_t> bytes = sample();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        for (const std::uint8_t flip : {0x01, 0x80, 0xff}) {
            bytes[i] ^= flip;
            EXPECT_FALSE(region::verify(bytes, generation)) << "byte " << i;
            bytes[i] ^= flip;
        }
    }
    EXPECT_TRUE(region::verify(bytes, generation));
}

TEST(SnapshotVerify, any_truncation_is_refused) {
    const std::vector<std::uint8_t> bytes = sample();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        // In memory of exactly that size, so that a sanitizer sees a read behind it.
        const std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_FALSE(region::verify(cut, generation)) << size << " bytes";
    }
}

TEST(SnapshotVerify, another_generation_than_announced_is_refused) {
    const std::vector<std::uint8_t> bytes = sample();
    const auto result = region::verify(bytes, generation + 1);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message, "snapshot header.generation: found 7; allowed: 8");
}

TEST(SnapshotVerify, a_refusal_is_safe_to_print) {
    Damaged damaged;
    damaged.header().gateway[1] = '\x1b';
    EXPECT_TRUE(damaged.verdict().starts_with("snapshot header.gateway: found 'e?ge'; allowed: ")) << damaged.verdict();
}

TEST(SnapshotVerify, generation_0_is_refused_even_when_announced) {
    Damaged damaged;
    damaged.header().generation = 0;
    damaged.verdict();  // makes the checksum right
    EXPECT_EQ(region::verify(damaged.bytes(), 0).error().message,
              "snapshot header.generation: found 0; allowed: 1 or more");
}

TEST(SnapshotVerify, tables_beyond_the_capacity_are_refused_even_where_they_fit) {
    const struct {
        region::Table region::SnapshotHeader::*table;
        const char* name;
        std::size_t capacity;
    } rows[] = {{&SnapshotHeader::ports, "ports", region::max_ports},
                {&SnapshotHeader::tunnels, "tunnels", region::max_tunnels},
                {&SnapshotHeader::paths, "paths", region::max_paths},
                {&SnapshotHeader::classes, "classes", region::max_classes},
                {&SnapshotHeader::ranges_v4, "ranges_v4", region::max_ranges},
                {&SnapshotHeader::ranges_v6, "ranges_v6", region::max_ranges}};
    for (const auto& row : rows) {
        Damaged damaged;
        damaged.bytes().resize(region::snapshot_capacity_bytes);
        damaged.header().size = region::snapshot_capacity_bytes;
        (damaged.header().*row.table).count = static_cast<std::uint32_t>(row.capacity + 1);
        EXPECT_EQ(damaged.verdict(), fmt::format("snapshot header.{}.count: found {}; allowed: 0 to {}", row.name,
                                                 row.capacity + 1, row.capacity));
    }
}

TEST(SnapshotVerify, a_changed_byte_is_called_a_wrong_checksum) {
    std::vector<std::uint8_t> bytes = sample();
    bytes.back() ^= 1;
    EXPECT_TRUE(region::verify(bytes, generation).error().message.starts_with("snapshot header.checksum: found 0x"));
}

/// One field with a value that is not allowed there, and how the refusal must begin.
struct Damage {
    const char* field;
    void (*apply)(Damaged&);
};

void PrintTo(const Damage& damage, std::ostream* out) {
    *out << damage.field;
}

class EveryField : public ::testing::TestWithParam<Damage> {};

TEST_P(EveryField, is_refused_by_name) {
    Damaged damaged;
    const std::vector<std::uint8_t> before = damaged.bytes();
    GetParam().apply(damaged);
    ASSERT_NE(damaged.bytes(), before) << "the damage changed nothing";
    const std::string verdict = damaged.verdict();
    EXPECT_TRUE(verdict.starts_with(std::string("snapshot ") + GetParam().field + ": found ")) << verdict;
    EXPECT_NE(verdict.find("; allowed: "), std::string::npos) << verdict;
    EXPECT_LT(verdict.size(), 256U) << "must fit the refusal in the shared memory";
}

template <class Enum>
Enum code(int value) {
    return static_cast<Enum>(value);
}

const Damage header_damages[] = {
    {"header.magic", [](Damaged& d) { d.header().magic ^= 1; }},
    {"header.abi", [](Damaged& d) { ++d.header().abi; }},
    {"header.size", [](Damaged& d) { d.header().size += 8; }},
    {"header.size", [](Damaged& d) { d.header().size = sizeof(region::SnapshotHeader) - 8; }},
    {"header.size", [](Damaged& d) { d.header().size -= 4; }},
    {"header.size", [](Damaged& d) { d.header().size = 0xffffffff; }},
    {"header.generation", [](Damaged& d) { d.header().generation = 0; }},
    {"header.gateway", [](Damaged& d) { d.header().gateway = {}; }},
    {"header.gateway", [](Damaged& d) { d.header().gateway.fill('x'); }},
    {"header.gateway", [](Damaged& d) { d.header().gateway[1] = '\n'; }},
    {"header.gateway", [](Damaged& d) { d.header().gateway[1] = ' '; }},
    {"header.gateway", [](Damaged& d) { d.header().gateway[20] = 'x'; }},
    {"header.boot.workers", [](Damaged& d) { d.header().boot.workers = 0; }},
    {"header.boot.workers", [](Damaged& d) { d.header().boot.workers = region::max_workers + 1; }},
    {"header.boot.worker_cpu_count", [](Damaged& d) { d.header().boot.worker_cpu_count = 2; }},
    {"header.boot.worker_cpu_count", [](Damaged& d) { d.header().boot.worker_cpu_count = 0xffff; }},
    {"header.boot.worker_cpus[0]", [](Damaged& d) { d.header().boot.worker_cpus[0] = region::max_cpu + 1; }},
    {"header.boot.worker_cpus[1]", [](Damaged& d) { d.header().boot.worker_cpus[1] = 1; }},
    {"header.boot.worker_cpus[1]",
     [](Damaged& d) {
         d.header().boot.workers = d.header().boot.worker_cpu_count = 2;
         d.header().boot.worker_cpus[1] = d.header().boot.worker_cpus[0];
     }},
    {"header.boot.idle", [](Damaged& d) { d.header().boot.idle = code<IdleMode>(0); }},
    {"header.boot.idle", [](Damaged& d) { d.header().boot.idle = code<IdleMode>(3); }},
    {"header.boot.hugepages", [](Damaged& d) { d.header().boot.hugepages = code<Hugepages>(0); }},
    {"header.boot.hugepages", [](Damaged& d) { d.header().boot.hugepages = code<Hugepages>(4); }},
    {"header.boot.max_age_ms", [](Damaged& d) { d.header().boot.max_age_ms = 99; }},
    {"header.boot.memory_bytes", [](Damaged& d) { d.header().boot.memory_bytes = 1024; }},
    {"header.boot.memory_bytes", [](Damaged& d) { d.header().boot.memory_bytes = region::max_memory_bytes + 1; }},
    {"header.boot.inside_interface", [](Damaged& d) { d.header().boot.inside_interface = {}; }},
    {"header.boot.inside_interface",
     [](Damaged& d) { region::set_text(d.header().boot.inside_interface, "sixteen-letters-"); }},
    {"header.boot.state_dir", [](Damaged& d) { region::set_text(d.header().boot.state_dir, "relative"); }},
    {"header.boot.state_dir", [](Damaged& d) { d.header().boot.state_dir.fill('/'); }},
    {"header.boot.eal_args", [](Damaged& d) { d.header().boot.eal_args.fill('a'); }},
    {"header.boot.eal_args", [](Damaged& d) { d.header().boot.eal_args[0] = '\x1b'; }},
    {"header.inside_mtu", [](Damaged& d) { d.header().inside_mtu = region::min_mtu - 1; }},
    {"header.inside_mtu", [](Damaged& d) { d.header().inside_mtu = region::max_mtu + 1; }},
    {"header.reserved", [](Damaged& d) { d.header().reserved = 1; }},
    {"header.reserved_end", [](Damaged& d) { d.header().reserved_end = 1; }},
    {"header.ports.offset", [](Damaged& d) { d.header().ports.offset += 4; }},
    {"header.ports.offset", [](Damaged& d) { d.header().ports.offset = 0; }},
    {"header.ports.count", [](Damaged& d) { d.header().ports.count = region::max_ports + 1; }},
    {"header.tunnels.offset", [](Damaged& d) { d.header().tunnels.offset = d.header().ports.offset; }},
    {"header.tunnels.offset", [](Damaged& d) { d.header().tunnels.offset = 0xfffffff8; }},
    {"header.tunnels.count", [](Damaged& d) { d.header().tunnels.count = 0xffffffff; }},
    {"header.paths.offset", [](Damaged& d) { d.header().paths.offset -= 8; }},
    {"header.paths.offset", [](Damaged& d) { d.header().paths.offset += 2; }},
    {"header.paths.count", [](Damaged& d) { d.header().paths.count = region::max_paths; }},
    {"header.paths.count", [](Damaged& d) { d.header().paths.count += region::max_paths; }},
    {"header.classes.offset", [](Damaged& d) { d.header().classes.offset += 1; }},
    {"header.classes.count", [](Damaged& d) { d.header().classes.count = region::max_classes + 1; }},
    {"header.ranges_v4.offset", [](Damaged& d) { d.header().ranges_v4.offset += 1; }},
    {"header.ranges_v4.count", [](Damaged& d) { d.header().ranges_v4.count = region::max_ranges + 1; }},
    {"header.ranges_v4.count", [](Damaged& d) { d.header().ranges_v4.count = 0; }},
    {"header.ranges_v6.offset", [](Damaged& d) { d.header().ranges_v6.offset -= 16; }},
    {"header.ranges_v6.count", [](Damaged& d) { ++d.header().ranges_v6.count; }},
    {"header.ranges_v6.count", [](Damaged& d) { d.header().ranges_v6.count = 0; }},
};

const Damage port_damages[] = {
    {"ports[0].name", [](Damaged& d) { d.port(0).name = {}; }},
    {"ports[1].name", [](Damaged& d) { d.port(1).name = d.port(0).name; }},
    {"ports[1].name", [](Damaged& d) { d.port(1).name.fill('n'); }},
    {"ports[0].device", [](Damaged& d) { d.port(0).device = {}; }},
    {"ports[0].device", [](Damaged& d) { region::set_text(d.port(0).device, "sixteen-letters-"); }},
    {"ports[1].device", [](Damaged& d) { d.port(1).device.fill('n'); }},
    {"ports[1].device",
     [](Damaged& d) {
         d.port(1).driver = PortDriver::null;
         d.port(1).memif_server = 0;
     }},
    {"ports[0].device",
     [](Damaged& d) {
         d.port(0).driver = PortDriver::null;
         d.port(0).device[0] = '\0';
     }},
    {"ports[0].driver", [](Damaged& d) { d.port(0).driver = code<PortDriver>(0); }},
    {"ports[0].driver", [](Damaged& d) { d.port(0).driver = code<PortDriver>(7); }},
    {"ports[0].memif_server", [](Damaged& d) { d.port(0).memif_server = 1; }},
    {"ports[1].memif_server", [](Damaged& d) { d.port(1).memif_server = 2; }},
    {"ports[0].mtu", [](Damaged& d) { d.port(0).mtu = region::min_mtu - 1; }},
    {"ports[0].mtu", [](Damaged& d) { d.port(0).mtu = region::max_mtu + 1; }},
    {"ports[0].spread", [](Damaged& d) { d.port(0).spread = code<Spread>(0); }},
    {"ports[0].spread", [](Damaged& d) { d.port(0).spread = code<Spread>(3); }},
    {"ports[0].joined", [](Damaged& d) { d.port(0).joined = code<Joined>(0); }},
    {"ports[0].joined", [](Damaged& d) { d.port(0).joined = code<Joined>(3); }},
    {"ports[0].reserved", [](Damaged& d) { d.port(0).reserved[6] = 1; }},
    {"ports[0].queue_count", [](Damaged& d) { d.port(0).queue_count = region::max_workers + 1; }},
    {"ports[0].queue_workers[0]",
     [](Damaged& d) {
         d.port(0).queue_count = 1;
         d.port(0).queue_workers[0] = 1;
     }},
    {"ports[0].queue_workers[3]", [](Damaged& d) { d.port(0).queue_workers[3] = 1; }},
    {"ports[0].mac", [](Damaged& d) { d.port(0).mac[5] = 1; }},
    {"ports[1].mac", [](Damaged& d) { d.port(1).mac[0] = 1; }},
    {"ports[0].slot", [](Damaged& d) { d.port(0).slot = region::max_ports; }},
    {"ports[1].slot", [](Damaged& d) { d.port(1).slot = d.port(0).slot; }},
};

/// Makes a port the users'; the second one would do, if no path used it.
void put_users_behind(Damaged& d, std::uint16_t port) {
    d.header().boot.inside_interface = {};
    d.header().boot.inside_port = port;
    d.header().boot.inside_next_hop = {2, 0, 0, 0, 0, 1};
}

void use_two_workers(Damaged& d) {
    d.header().boot.workers = 2;
    d.header().boot.worker_cpu_count = 0;
    d.header().boot.worker_cpus = {};
}

const Damage inside_damages[] = {
    {"header.boot.inside_next_hop", [](Damaged& d) { d.header().boot.inside_next_hop[0] = 2; }},
    {"header.boot.inside_interface", [](Damaged& d) { d.header().boot.inside_port = 1; }},
    {"header.boot.inside_next_hop",
     [](Damaged& d) {
         put_users_behind(d, 1);
         d.header().boot.inside_next_hop = {};
     }},
    {"header.boot.inside_next_hop",
     [](Damaged& d) {
         put_users_behind(d, 1);
         d.header().boot.inside_next_hop[0] = 1;
     }},
    {"header.boot.inside_port", [](Damaged& d) { put_users_behind(d, 2); }},
    {"header.boot.inside_port", [](Damaged& d) { put_users_behind(d, 0); }},
    {"header.inside_mtu",
     [](Damaged& d) {
         put_users_behind(d, 1);
         d.header().inside_mtu = 1601;
     }},
    {"ports[1].queue_count",
     [](Damaged& d) {
         put_users_behind(d, 1);
         d.port(1).queue_count = 2;
     }},
    {"ports[1].queue_workers[0]",
     [](Damaged& d) {
         put_users_behind(d, 1);
         use_two_workers(d);
         d.port(1).queue_count = 2;
         d.port(1).queue_workers[0] = 1;
     }},
    {"paths[1].port", [](Damaged& d) { put_users_behind(d, 1); }},
};

const Damage path_damages[] = {
    {"paths[0].name", [](Damaged& d) { d.path(0).name[0] = '\0'; }},
    {"paths[1].name", [](Damaged& d) { d.path(1).name = d.path(0).name; }},
    {"paths[0].slot", [](Damaged& d) { d.path(0).slot = region::max_paths; }},
    {"paths[3].slot", [](Damaged& d) { d.path(3).slot = d.path(0).slot; }},
    {"paths[0].rate_kbit", [](Damaged& d) { d.path(0).rate_kbit = region::max_rate_kbit + 1; }},
    {"paths[0].port", [](Damaged& d) { d.path(0).port = 2; }},
    {"paths[0].port", [](Damaged& d) { d.path(0).port = 0xffff; }},
    {"paths[0].mtu", [](Damaged& d) { d.path(0).mtu = region::min_mtu - 1; }},
    {"paths[0].mtu", [](Damaged& d) { d.path(0).mtu = 1501; }},
    {"paths[3].mtu", [](Damaged& d) { d.path(3).mtu = region::min_mtu_ipv6 - 1; }},
    {"paths[0].local_udp_port", [](Damaged& d) { d.path(0).local_udp_port = 0; }},
    {"paths[0].peer_udp_port", [](Damaged& d) { d.path(0).peer_udp_port = 0; }},
    {"paths[0].local_udp_port",
     [](Damaged& d) {
         d.tunnel(0).rx_shards = 2;
         d.path(0).local_udp_port = 65535;
     }},
    {"paths[0].path_id", [](Damaged& d) { d.path(0).path_id = 0; }},
    {"paths[1].path_id", [](Damaged& d) { d.path(1).path_id = d.path(0).path_id; }},
    {"paths[0].family", [](Damaged& d) { d.path(0).family = 5; }},
    {"paths[0].dscp", [](Damaged& d) { d.path(0).dscp = 65; }},
    {"paths[0].udp_checksum", [](Damaged& d) { d.path(0).udp_checksum = 2; }},
    {"paths[0].reserved", [](Damaged& d) { d.path(0).reserved[0] = 1; }},
    {"paths[0].local_address", [](Damaged& d) { d.path(0).local_address = {}; }},
    {"paths[0].local_address", [](Damaged& d) { d.path(0).local_address[0] = 224; }},
    {"paths[0].local_address", [](Damaged& d) { d.path(0).local_address[4] = 1; }},
    {"paths[3].local_address", [](Damaged& d) { d.path(3).local_address[0] = 0xff; }},
    {"paths[0].peer_address", [](Damaged& d) { d.path(0).peer_address = {}; }},
    {"paths[0].peer_address", [](Damaged& d) { d.path(0).peer_address[0] = 255; }},
    {"paths[0].peer_address", [](Damaged& d) { d.path(0).peer_address[15] = 1; }},
    {"paths[0].peer_address", [](Damaged& d) { d.path(0).peer_address = d.path(0).local_address; }},
};

const Damage tunnel_damages[] = {
    {"tunnels[0].name", [](Damaged& d) { d.tunnel(0).name = {}; }},
    {"tunnels[1].name", [](Damaged& d) { d.tunnel(1).name = d.tunnel(0).name; }},
    {"tunnels[0].peer", [](Damaged& d) { d.tunnel(0).peer.fill('p'); }},
    {"tunnels[0].tx_key_id", [](Damaged& d) { d.tunnel(0).tx_key_id = 0; }},
    {"tunnels[1].tx_key_id", [](Damaged& d) { d.tunnel(1).tx_key_id = d.tunnel(0).tx_key_id; }},
    {"tunnels[0].rx_key_id", [](Damaged& d) { d.tunnel(0).rx_key_id = 0; }},
    {"tunnels[0].rx_key_id", [](Damaged& d) { d.tunnel(0).rx_key_id = d.tunnel(0).tx_key_id; }},
    {"tunnels[0].tx_spi", [](Damaged& d) { d.tunnel(0).tx_spi = 255; }},
    {"tunnels[0].rx_spi", [](Damaged& d) { d.tunnel(0).rx_spi = 0; }},
    {"tunnels[1].rx_spi", [](Damaged& d) { d.tunnel(1).rx_spi = d.tunnel(0).rx_spi; }},
    {"tunnels[0].slot", [](Damaged& d) { d.tunnel(0).slot = region::max_tunnels; }},
    {"tunnels[1].slot", [](Damaged& d) { d.tunnel(1).slot = d.tunnel(0).slot; }},
    {"tunnels[0].first_path", [](Damaged& d) { d.tunnel(0).first_path = 1; }},
    {"tunnels[1].first_path", [](Damaged& d) { d.tunnel(1).first_path = 0xffffffff; }},
    {"tunnels[0].path_count", [](Damaged& d) { d.tunnel(0).path_count = 0; }},
    {"tunnels[1].path_count", [](Damaged& d) { d.tunnel(1).path_count = 0xffff; }},
    {"header.paths.count",
     [](Damaged& d) {
         --d.header().tunnels.count;
         d.header().ranges_v4.count = 1;
     }},
    {"tunnels[0].first_class", [](Damaged& d) { d.tunnel(0).first_class = 1; }},
    {"tunnels[1].first_class", [](Damaged& d) { d.tunnel(1).first_class = 0xffffffff; }},
    {"tunnels[0].class_count", [](Damaged& d) { d.tunnel(0).class_count = 0xffff; }},
    {"header.classes.count", [](Damaged& d) { --d.tunnel(0).class_count, d.tunnel(1).first_class = 1; }},
    {"tunnels[0].inner_mtu", [](Damaged& d) { d.tunnel(0).inner_mtu = region::min_mtu - 1; }},
    {"tunnels[0].inner_mtu", [](Damaged& d) { ++d.tunnel(0).inner_mtu; }},
    {"tunnels[0].window_log2", [](Damaged& d) { d.tunnel(0).window_log2 = region::min_window_log2 - 1; }},
    {"tunnels[0].window_log2", [](Damaged& d) { d.tunnel(0).window_log2 = region::max_window_log2 + 1; }},
    {"tunnels[0].cipher", [](Damaged& d) { d.tunnel(0).cipher = code<Cipher>(0); }},
    {"tunnels[0].cipher", [](Damaged& d) { d.tunnel(0).cipher = code<Cipher>(3); }},
    {"tunnels[0].wire", [](Damaged& d) { d.tunnel(0).wire = code<Wire>(0); }},
    {"tunnels[0].wire", [](Damaged& d) { d.tunnel(0).wire = code<Wire>(3); }},
    {"tunnels[0].rx_shards", [](Damaged& d) { d.tunnel(0).rx_shards = 0; }},
    {"tunnels[0].rx_shards", [](Damaged& d) { d.tunnel(0).rx_shards = region::max_shards + 1; }},
    {"tunnels[1].rx_shards", [](Damaged& d) { d.tunnel(1).rx_shards = 2; }},
    {"tunnels[0].reserved", [](Damaged& d) { d.tunnel(0).reserved.back() = 1; }},
    {"tunnels[0].tx_key", [](Damaged& d) { d.tunnel(0).tx_key = {}; }},
    {"tunnels[0].rx_key", [](Damaged& d) { d.tunnel(0).rx_key = {}; }},
    {"tunnels[0].rx_key", [](Damaged& d) { d.tunnel(0).rx_key = d.tunnel(0).tx_key; }},
};

const Damage class_damages[] = {
    {"classes[0].name", [](Damaged& d) { d.entry(0).name = {}; }},
    {"classes[1].name", [](Damaged& d) { d.entry(1).name = d.entry(0).name; }},
    {"classes[0].dscp_mask", [](Damaged& d) { d.entry(0).dscp_mask = 0; }},
    {"classes[0].path_mask", [](Damaged& d) { d.entry(0).path_mask = 0; }},
    {"classes[0].path_mask", [](Damaged& d) { d.entry(0).path_mask |= 8; }},
    {"classes[0].preference", [](Damaged& d) { d.entry(0).preference ^= 1; }},
    {"classes[0].preference", [](Damaged& d) { d.entry(0).preference |= 1ULL << 60; }},
    {"classes[0].max_size", [](Damaged& d) { d.entry(0).max_size = 0; }},
    {"classes[0].source_port_first", [](Damaged& d) { d.entry(0).source_port_first = 5061; }},
    {"classes[0].source_port_first", [](Damaged& d) { d.entry(0).source_port_last = 0; }},
    {"classes[1].source_port_last", [](Damaged& d) { d.entry(1).source_port_last = 80; }},
    {"classes[1].source_port_first", [](Damaged& d) { d.entry(1).source_port_first = 80; }},
    {"classes[0].destination_port_first", [](Damaged& d) { d.entry(0).destination_port_first = 5071; }},
    {"classes[1].destination_port_first", [](Damaged& d) { d.entry(1).destination_port_first = 80; }},
    {"classes[1].destination_port_last", [](Damaged& d) { d.entry(1).destination_port_last = 80; }},
    {"classes[1].protocol", [](Damaged& d) { d.entry(1).protocol = 6; }},
    {"classes[0].match_protocol", [](Damaged& d) { d.entry(0).match_protocol = 2; }},
    {"classes[0].match_ports", [](Damaged& d) { d.entry(0).match_ports = 2; }},
    {"classes[0].mode", [](Damaged& d) { d.entry(0).mode = code<Mode>(0); }},
    {"classes[0].mode", [](Damaged& d) { d.entry(0).mode = code<Mode>(4); }},
    {"classes[0].copies", [](Damaged& d) { d.entry(0).copies = 0; }},
    {"classes[0].copies", [](Damaged& d) { d.entry(0).copies = 3; }},
    {"classes[0].source_family", [](Damaged& d) { d.entry(0).source_family = 1; }},
    {"classes[0].source_length", [](Damaged& d) { d.entry(0).source_length = 33; }},
    {"classes[0].source_length", [](Damaged& d) { d.entry(0).source_family = 0; }},
    {"classes[0].source", [](Damaged& d) { d.entry(0).source[3] = 1; }},
    {"classes[0].source", [](Damaged& d) { d.entry(0).source[15] = 1; }},
    {"classes[0].destination_family", [](Damaged& d) { d.entry(0).destination_family = 7; }},
    {"classes[0].destination_length", [](Damaged& d) { d.entry(0).destination_length = 200; }},
    {"classes[0].destination", [](Damaged& d) { d.entry(0).destination[3] |= 0x7f; }},
    {"classes[0].reserved", [](Damaged& d) { d.entry(0).reserved.back() = 1; }},
};

const Damage range_damages[] = {
    {"ranges_v4[0].first", [](Damaged& d) { d.range_v4(0).first = 1; }},
    {"ranges_v4[1].first", [](Damaged& d) { d.range_v4(1).first = 0; }},
    {"ranges_v4[2].first", [](Damaged& d) { d.range_v4(2).first = d.range_v4(1).first; }},
    {"ranges_v4[1].tunnel", [](Damaged& d) { d.range_v4(1).tunnel = 2; }},
    {"ranges_v4[1].tunnel", [](Damaged& d) { d.range_v4(1).tunnel = 0xfffffffe; }},
    {"ranges_v6[0].first_high", [](Damaged& d) { d.range_v6(0).first_high = 1; }},
    {"ranges_v6[0].first_high", [](Damaged& d) { d.range_v6(0).first_low = 1; }},
    {"ranges_v6[1].first_high", [](Damaged& d) { d.range_v6(1).first_high = 0; }},
    {"ranges_v6[2].first_high", [](Damaged& d) { d.range_v6(2).first_high = d.range_v6(1).first_high; }},
    {"ranges_v6[1].tunnel", [](Damaged& d) { d.range_v6(1).tunnel = 77; }},
    {"ranges_v6[1].reserved", [](Damaged& d) { d.range_v6(1).reserved = 1; }},
};

INSTANTIATE_TEST_SUITE_P(Header, EveryField, ::testing::ValuesIn(header_damages));
INSTANTIATE_TEST_SUITE_P(Inside, EveryField, ::testing::ValuesIn(inside_damages));
INSTANTIATE_TEST_SUITE_P(Port, EveryField, ::testing::ValuesIn(port_damages));
INSTANTIATE_TEST_SUITE_P(Path, EveryField, ::testing::ValuesIn(path_damages));
INSTANTIATE_TEST_SUITE_P(Tunnel, EveryField, ::testing::ValuesIn(tunnel_damages));
INSTANTIATE_TEST_SUITE_P(Class, EveryField, ::testing::ValuesIn(class_damages));
INSTANTIATE_TEST_SUITE_P(Range, EveryField, ::testing::ValuesIn(range_damages));

TEST(SnapshotVerify, garbage_is_refused) {
    std::mt19937_64 random(1);
    for (int round = 0; round < 2000; ++round) {
        std::vector<std::uint8_t> bytes(random() % 4096);
        for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
        EXPECT_FALSE(region::verify(bytes, generation));
    }
}

TEST(SnapshotVerify, damage_under_a_right_checksum_never_leads_outside) {
    // What passes must be safe to read: the dump walks every table and follows every index.
    std::mt19937_64 random(2);
    int refused = 0;
    for (int round = 0; round < 20000; ++round) {
        Damaged damaged;
        std::vector<std::uint8_t>& bytes = damaged.bytes();
        for (std::uint64_t changes = 1 + random() % 4; changes > 0; --changes) {
            // Half of the damage goes to the tables' places and sizes.
            const std::size_t first = random() % 2 == 0 ? offsetof(region::SnapshotHeader, inside_mtu) : 0;
            const std::size_t end = first == 0 ? bytes.size() : sizeof(region::SnapshotHeader);
            bytes[first + random() % (end - first)] = static_cast<std::uint8_t>(random());
        }
        if (damaged.verdict() == "accepted") {
            EXPECT_FALSE(
                snapshot::dump_text(region::View(bytes), tests::unit::sample_orders(region::View(bytes))).empty());
        } else {
            ++refused;
        }
    }
    EXPECT_GT(refused, 15000);
}

}  // namespace
}  // namespace ropewalk::config::region
