#include "dataplane/tunnel/class_table.hpp"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace ropewalk::dataplane::tunnel {
namespace {

using config::snapshot::ClassRecord;

constexpr std::uint32_t otherwise = 0x8000;

/// One field after the other, as the YAML says it.
bool in_prefix(const std::uint8_t* address, const std::array<std::uint8_t, 16>& prefix, unsigned bits) {
    for (unsigned bit = 0; bit < bits; ++bit)
        if ((address[bit / 8] ^ prefix[bit / 8]) >> (7 - bit % 8) & 1) return false;
    return true;
}

bool holds(const ClassRecord& wanted, const ClassFields& fields) {
    if ((wanted.dscp_mask >> fields.dscp & 1) == 0 || fields.size > wanted.max_size) return false;
    if (wanted.match_protocol != 0 && wanted.protocol != fields.protocol) return false;
    if (wanted.match_ports != 0 &&
        (fields.show_ports == 0 || fields.source_port < wanted.source_port_first ||
         fields.source_port > wanted.source_port_last || fields.destination_port < wanted.destination_port_first ||
         fields.destination_port > wanted.destination_port_last))
        return false;
    if (wanted.source_family != 0 &&
        (wanted.source_family != fields.family || !in_prefix(fields.source, wanted.source, wanted.source_length)))
        return false;
    return wanted.destination_family == 0 ||
           (wanted.destination_family == fields.family &&
            in_prefix(fields.destination, wanted.destination, wanted.destination_length));
}

/// Few values, so that classes and packets meet, and the ends of what there is.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : random_(seed) {}

    bool one_in(unsigned n) { return random_() % n == 0; }
    std::uint16_t word() {
        constexpr std::array<std::uint16_t, 8> words{0, 1, 53, 64, 1400, 0x7fff, 0x8000, 0xffff};
        return words[random_() % words.size()];
    }
    std::uint8_t protocol() { return std::array<std::uint8_t, 4>{1, 6, 17, 255}[random_() % 4]; }
    std::uint8_t family() { return one_in(2) ? 4 : 6; }
    std::array<std::uint8_t, 16> address() {
        std::array<std::uint8_t, 16> bytes{};
        for (std::uint8_t& byte : bytes) byte = one_in(4) ? 0x80 : one_in(4) ? 0x01 : 0;
        return bytes;
    }

    ClassRecord wanted() {
        ClassRecord made{};
        made.dscp_mask = one_in(2) ? ~std::uint64_t{0} : random_() & random_();
        made.max_size = one_in(2) ? std::uint16_t{0xffff} : word();
        made.match_protocol = one_in(3);
        made.protocol = protocol();
        made.match_ports = one_in(3);
        made.source_port_first = one_in(2) ? std::uint16_t{0} : word();
        made.source_port_last = std::max(made.source_port_first, one_in(2) ? std::uint16_t{0xffff} : word());
        made.destination_port_first = one_in(2) ? std::uint16_t{0} : word();
        made.destination_port_last = std::max(made.destination_port_first, one_in(2) ? std::uint16_t{0xffff} : word());
        // Both of one family, as validation sees to.
        const std::uint8_t of_family = family();
        const auto length = [&] { return static_cast<std::uint8_t>(random_() % (of_family == 4 ? 33 : 129)); };
        if (one_in(3)) made.source_family = of_family, made.source_length = length(), made.source = address();
        if (one_in(3))
            made.destination_family = of_family, made.destination_length = length(), made.destination = address();
        return made;
    }

private:
    std::mt19937_64 random_;
};

TEST(ClassTable, finds_the_first_class_that_a_search_one_by_one_finds) {
    unsigned found = 0, beyond_the_first_group = 0;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        Dice dice(seed);
        std::vector<ClassRecord> classes(seed % 21);
        std::vector<std::uint32_t> paths;
        for (ClassRecord& wanted : classes) {
            wanted = dice.wanted();
            paths.push_back(static_cast<std::uint32_t>(paths.size() + 1));
        }
        const ClassTable table(classes, paths);
        EXPECT_EQ(table.empty(), classes.empty());
        for (int packet = 0; packet < 200; ++packet) {
            const auto source = dice.address(), destination = dice.address();
            const ClassFields fields{.size = dice.word(),
                                     .source_port = dice.word(),
                                     .destination_port = dice.word(),
                                     .dscp = static_cast<std::uint8_t>(dice.word() % 64),
                                     .protocol = dice.protocol(),
                                     .family = dice.family(),
                                     .show_ports = dice.one_in(4) ? std::uint8_t{0} : std::uint8_t{1},
                                     .source = source.data(),
                                     .destination = destination.data()};
            std::uint32_t expected = otherwise;
            for (std::size_t i = classes.size(); i-- > 0;)
                if (holds(classes[i], fields)) expected = paths[i];
            ASSERT_EQ(table.paths_of(fields, otherwise), expected) << "seed " << seed << ", packet " << packet;
            found += expected != otherwise;
            beyond_the_first_group += expected > 8 && expected != otherwise;
        }
    }
    // Otherwise the comparison would prove little.
    EXPECT_GT(found, 20'000U);
    EXPECT_GT(beyond_the_first_group, 1'000U);
}

}  // namespace
}  // namespace ropewalk::dataplane::tunnel
