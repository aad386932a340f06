#include "dataplane/headers/ecn.hpp"

#include <optional>

#include <gtest/gtest.h>

#include "tests/packets/inner_packet.hpp"
#include "tests/packets/internet_checksum.hpp"
#include "tests/packets/loose_packet.hpp"

namespace ropewalk::dataplane::headers {
namespace {

using tests::packets::Bytes;
using tests::packets::IpFields;
using tests::packets::LoosePacket;
using tests::packets::packet_of_size;

constexpr std::uint8_t not_ect = 0, ect1 = 1, ect0 = 2, ce = 3;
constexpr std::uint8_t dropped = 0xff;

/// RFC 6040 section 4.2, figure 4: what leaves the tunnel, by the inner field (row) and the outer one (column),
/// both in the order not-ECT, ECT(1), ECT(0), CE of their code points.
constexpr std::uint8_t figure_4[4][4] = {
    {not_ect, not_ect, not_ect, dropped},
    {ect1, ect1, ect1, ce},
    {ect0, ect1, ect0, ce},
    {ce, ce, ce, ce},
};

class Ecn : public ::testing::TestWithParam<IpFields> {
protected:
    /// The packet after an outer field was taken over; nothing when it is to be dropped.
    std::optional<Bytes> leaving(std::uint8_t inner, std::uint8_t outer) const {
        LoosePacket loose(entering(inner));
        if (!headers::take_over_ecn(loose.packet(), version(), outer)) return std::nullopt;
        return loose.bytes();
    }
    /// Of DSCP 46, which must stay.
    Bytes entering(std::uint8_t ecn) const {
        IpFields fields = GetParam();
        fields.traffic_class = static_cast<std::uint8_t>(46 << 2 | ecn);
        return packet_of_size(fields, 80, 1);
    }
    std::uint8_t version() const { return GetParam().source == "192.0.2.1" ? 4 : 6; }
};

TEST_P(Ecn, leaves_the_tunnel_as_rfc_6040_says) {
    for (std::uint8_t inner = 0; inner < 4; ++inner)
        for (std::uint8_t outer = 0; outer < 4; ++outer) {
            const auto packet = leaving(inner, outer);
            const std::uint8_t wanted = figure_4[inner][outer];
            ASSERT_EQ(packet.has_value(), wanted != dropped) << int{inner} << " in " << int{outer};
            if (packet) {
                EXPECT_EQ(*packet, entering(wanted)) << int{inner} << " in " << int{outer};
            }
        }
}

INSTANTIATE_TEST_SUITE_P(both_families, Ecn, ::testing::Values(IpFields{}, tests::packets::v6_fields()));

}  // namespace
}  // namespace ropewalk::dataplane::headers
