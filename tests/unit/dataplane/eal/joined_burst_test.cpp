#include "dataplane/eal/joined_burst.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "tests/packets/inner_packet.hpp"
#include "tests/packets/loose_packet.hpp"

namespace ropewalk::dataplane::eal {
namespace {

TEST(JoinedBurst, says_of_each_refused_copy_why) {
    std::deque<tests::packets::LoosePacket> loose;
    std::vector<rte_mbuf*> mbufs;
    std::vector<packet::Packet*> packets;
    for (std::uint32_t i = 0; i < 3; ++i) {
        packet::Packet& packet = loose.emplace_back(tests::packets::packet_of_size({}, 100, i)).packet();
        packet.carry(packet::OutgoingCopy{i, 5, packet::Refusal::full});
        packets.push_back(&packet);
        mbufs.push_back(packet.mbuf());
    }
    Coalescer coalescer({0, false, false, true, 64});
    const auto groups = coalescer.plan(packets);
    ASSERT_EQ(groups.size(), 3U);
    JoinedBurst burst(coalescer, mbufs.data());
    burst.refused(groups[0]);
    burst.refused_for_good(groups[1], packet::Refusal::too_big);
    burst.refused(groups[2]);
    EXPECT_EQ(burst.settle(), 0U);
    std::vector<packet::Refusal> why;
    for (std::uint32_t i = 0; i < 3; ++i) {
        const auto copy = packet::Packet::from(mbufs[i])->carried<packet::OutgoingCopy>();
        EXPECT_EQ(copy.path_slot, i);
        EXPECT_EQ(copy.wan_port, 5U);
        why.push_back(copy.refusal);
    }
    using enum packet::Refusal;
    EXPECT_EQ(why, (std::vector{full, too_big, full}));
}

}  // namespace
}  // namespace ropewalk::dataplane::eal
