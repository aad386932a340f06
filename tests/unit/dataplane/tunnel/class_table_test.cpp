#include "dataplane/tunnel/class_table.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/dataplane/tunnel/class_reference.hpp"

namespace ropewalk::dataplane::tunnel {
namespace {

using config::region::ClassRecord;
using tests::unit::Dice;

constexpr std::uint32_t otherwise = ClassTable::in_none;

/// A burst of packets, which own their addresses.
class Packets {
public:
    Packets(Dice& dice, std::size_t count) : addresses_(2 * count) {
        for (std::size_t i = 0; i < count; ++i) {
            addresses_[2 * i] = dice.address();
            addresses_[2 * i + 1] = dice.address();
            const std::uint8_t protocol = dice.protocol();
            const bool may_show_ports = protocol == 6 || protocol == 17;
            fields_.push_back({.size = dice.word(),
                               .source_port = dice.word(),
                               .destination_port = dice.word(),
                               .traffic_class = dice.traffic_class(),
                               .protocol = protocol,
                               .family = dice.family(),
                               .show_ports = may_show_ports && !dice.one_in(4) ? std::uint8_t{1} : std::uint8_t{0},
                               .source = addresses_[2 * i].data(),
                               .destination = addresses_[2 * i + 1].data()});
        }
    }
    const std::vector<ClassFields>& fields() const { return fields_; }

private:
    std::vector<std::array<std::uint8_t, 16>> addresses_;
    std::vector<ClassFields> fields_;
};

/// By any of the ways that may be gone: the short ones are for packets whose ports are where the protocol has them.
void place(const ClassGroup& group, ClassColumns& columns, std::uint16_t index, const ClassFields& fields, Dice& dice) {
    const bool hides_ports = fields.show_ports == 0 && (fields.protocol == 6 || fields.protocol == 17);
    if (hides_ports || dice.one_in(3)) return group.place(columns, index, fields);
    const std::uint32_t ports = std::uint32_t{fields.source_port} << 16 | fields.destination_port;
    if (fields.family == 6) {
        if (group.asks_for_ipv6_addresses()) return group.place(columns, index, fields);
        return group.place_plain_ipv6(columns, index, fields.traffic_class, fields.protocol, fields.size, ports);
    }
    std::array<std::uint8_t, 8> addresses;
    std::copy_n(fields.source, 4, addresses.begin());
    std::copy_n(fields.destination, 4, addresses.begin() + 4);
    group.place_plain_ipv4(columns, index, fields.traffic_class, fields.protocol, fields.size, ports, addresses.data());
}

std::vector<std::uint16_t> classes_of(const ClassTable& table, const Packets& packets, Dice& dice) {
    const auto count = static_cast<std::uint16_t>(packets.fields().size());
    std::vector<std::uint16_t> found(count, ClassTable::in_none);
    for (const ClassGroup& group : table.groups_from_the_last()) {
        ClassColumns columns;
        // Whatever lies there.
        for (auto* column :
             {&columns.candidates, &columns.ports, &columns.sizes, &columns.sources, &columns.destinations})
            for (std::uint32_t& row : *column) row = static_cast<std::uint32_t>(dice.word() * 0x10001U);
        for (std::uint16_t i = 0; i < count; ++i) place(group, columns, i, packets.fields()[i], dice);
        group.choose(columns, count, found.data());
    }
    return found;
}

TEST(ClassTable, finds_the_first_class_that_a_search_one_by_one_finds) {
    unsigned found = 0, in_none = 0, beyond_the_first_group = 0;
    for (std::uint64_t seed = 1; seed <= 4000; ++seed) {
        Dice dice(seed);
        std::vector<ClassRecord> classes(seed % 71);
        std::vector<std::uint32_t> indexes;
        for (ClassRecord& wanted : classes) {
            wanted = classes.size() > ClassGroup::capacity ? dice.picky() : dice.wanted();
            indexes.push_back(static_cast<std::uint32_t>(indexes.size() + 1));
        }
        const ClassTable table(classes);
        ASSERT_EQ(table.empty(), classes.empty());
        // Bursts of all lengths, 1 to 64.
        const Packets packets(dice, 1 + seed % ClassColumns::capacity);
        const std::vector<std::uint16_t> chosen = classes_of(table, packets, dice);
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            const std::uint32_t expected = tests::unit::searched(classes, indexes, otherwise, packets.fields()[i]);
            ASSERT_EQ(chosen[i], expected) << "seed " << seed << ", packet " << i << " of " << chosen.size();
            found += expected != otherwise;
            in_none += expected == otherwise;
            beyond_the_first_group += expected > ClassGroup::capacity && expected != otherwise;
        }
    }
    // Otherwise the comparison would prove little.
    EXPECT_GT(found, 30'000U);
    EXPECT_GT(in_none, 10'000U);
    EXPECT_GT(beyond_the_first_group, 3'000U);
}

}  // namespace
}  // namespace ropewalk::dataplane::tunnel
