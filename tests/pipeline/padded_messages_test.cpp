#include <rte_mempool.h>

#include "config/region/inner_mtu.hpp"
#include "config/region/spsc_ring.hpp"
#include "dataplane/packet/headers.hpp"
#include "dataplane/pipeline/injected.hpp"
#include "tests/pipeline/fixture.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using config::region::every_path_slot;
using config::region::Message;
using config::region::message_capacity_bytes;
using packets::Bytes;
using packets::joined;

class PaddedMessages : public TwoGateways {
protected:
    void SetUp() override { start(); }

    std::uint32_t path_slot(unsigned path) const { return edge->tunnel().paths[path - 1].slot; }
    void inject(unsigned path, const Bytes& text, std::uint16_t padded_bytes) {
        edge->inject(edge->tunnel().slot, path_slot(path), text, padded_bytes);
    }
    static Bytes text_of(const Message& message) {
        return {message.bytes.begin(), message.bytes.begin() + message.size};
    }
};

TEST_F(PaddedMessages, come_as_large_as_they_were_made_with_zeros_behind_the_text) {
    const Bytes text = packets::pattern(20, 1);
    for (const std::uint16_t padded : {20, 21, 100, 448, 449, 1000, 1430}) {
        inject(1, text, padded);
        const auto frames = edge->take_sent();
        ASSERT_EQ(frames.size(), 1U) << padded;
        const unsigned outer = config::region::outer_mtu_for(padded, config::Family::ipv4, config::Wire::ropewalk);
        EXPECT_EQ(frames[0].bytes.size(), sizeof(dataplane::packet::EthernetHeader) + outer) << padded;
        carry(frames);
        const auto punted = hub->take_punted();
        ASSERT_TRUE(punted) << padded;
        EXPECT_EQ(punted->head.padded_bytes, padded);
        const std::size_t kept = std::min<std::size_t>(padded, message_capacity_bytes);
        EXPECT_EQ(text_of(*punted), joined({text, Bytes(kept - text.size(), 0)})) << padded;
    }
    EXPECT_EQ(hub->dropped_in_all(), 0U);
}

TEST_F(PaddedMessages, leave_nothing_of_another_packet_in_the_padding) {
    for (unsigned i = 0; i < 64; ++i) expect_passage(inner(i, 1400));
    inject(1, Bytes{4}, 400);
    carry(edge->take_sent());
    EXPECT_EQ(text_of(hub->take_punted().value()), joined({Bytes{4}, Bytes(399, 0)}));
}

TEST_F(PaddedMessages, that_are_padded_to_less_than_their_text_keep_it) {
    inject(1, packets::pattern(40, 2), 10);
    carry(edge->take_sent());
    EXPECT_EQ(text_of(hub->take_punted().value()), packets::pattern(40, 2));
}

TEST_F(PaddedMessages, beyond_what_the_path_may_carry_are_left_out) {
    for (const std::uint16_t padded : {1431, 1432, 2000, 9000, 65535}) inject(1, Bytes{4}, padded);
    EXPECT_TRUE(edge->take_sent().empty());
    EXPECT_EQ(edge->tunnel_counters().injected_packets.get(), 0U);
    EXPECT_EQ(edge->dropped_in_all(), 0U) << "control will ask again";
    edge->inject(edge->tunnel().slot, every_path_slot, Bytes{4}, 1430);
    EXPECT_EQ(edge->take_sent().size(), 3U);
}

TEST_F(PaddedMessages, beyond_what_a_buffer_holds_are_left_out) {
    constexpr std::uint16_t room = 2048;
    auto small = dataplane::eal::Mempool::make("small packets", 512, room);
    ASSERT_TRUE(small);
    GatewayShape wide;
    wide.mtu = 9000;
    GatewayUnderTest gateway(edge_yaml(wide), small->get());
    constexpr std::uint16_t most = room - dataplane::stages::most_trailer_bytes;
    const std::uint32_t tunnel_slot = gateway.tunnel().slot;
    gateway.inject(tunnel_slot, every_path_slot, Bytes{4}, most + 1);
    EXPECT_TRUE(gateway.take_sent().empty());
    gateway.inject(tunnel_slot, gateway.tunnel().paths[0].slot, Bytes{4}, most);
    EXPECT_EQ(gateway.take_sent().size(), 1U);
    EXPECT_EQ(rte_mempool_in_use_count(small->get()), 0U);
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
