#include <gtest/gtest.h>

#include "config/region/path_orders.hpp"
#include "config/region/tunnel_orders.hpp"

namespace ropewalk::config::region {
namespace {

TEST(PathOrder, comes_back_as_it_was_packed) {
    const PathOrder order{PathUse::use, {0x02, 0x11, 0x22, 0x33, 0x44, 0x55}};
    EXPECT_EQ(PathOrder::unpack(order.pack()), order);
    EXPECT_EQ(PathOrder::unpack(0), PathOrder());
}

TEST(PathOrder, comes_back_with_rank_and_timing) {
    const PathOrder order{PathUse::suspect, {0x02, 0x11, 0x22, 0x33, 0x44, 0x55}, 15, 50'000, 0xffff'ffff};
    EXPECT_EQ(PathOrder::unpack(order.pack(), order.pack_timing()), order);
    PathOrders cell{};
    cell.store(order);
    EXPECT_EQ(cell.load(), order);
    PathOrder reserved = order;
    reserved.is_reserved = true;
    EXPECT_EQ(PathOrder::unpack(reserved.pack(), reserved.pack_timing()), reserved);
}

TEST(PathOrder, what_makes_no_sense_orders_nothing_to_be_sent) {
    const std::uint64_t good = PathOrder{PathUse::use, {0x02, 0, 0, 0, 0, 1}}.pack();
    EXPECT_EQ(PathOrder::unpack(good).use, PathUse::use);
    EXPECT_EQ(PathOrder::unpack(good | 1).use, PathUse::none) << "a group address";
    EXPECT_EQ(PathOrder::unpack(good & ~std::uint64_t{0xffff'ffff'ffff}).use, PathUse::none) << "no address";
    EXPECT_EQ(PathOrder::unpack(good | 0xffULL << 48).use, PathUse::none) << "no such use";
    EXPECT_EQ(PathOrder::unpack(good | 1ULL << 55).use, PathUse::use) << "reserved";
    const std::uint64_t past_the_last = static_cast<std::uint64_t>(PathUse::drain) + 1;
    EXPECT_EQ(PathOrder::unpack((good & ~(0xffULL << 48)) | past_the_last << 48).use, PathUse::none);
}

TEST(TunnelOrders, hold_for_their_key_and_within_the_peers_ports) {
    TunnelOrders orders{};
    constexpr std::uint64_t key = 0x1234'5678'9abc'def0;
    EXPECT_EQ(orders.tx_shards(key, 16), 1) << "nothing was ordered";
    orders.store({8, TunnelOrder::tag_of(key)});
    EXPECT_EQ(orders.tx_shards(key, 16), 8);
    EXPECT_EQ(orders.tx_shards(key, 8), 8) << "up to the last port";
    EXPECT_EQ(orders.tx_shards(key, 7), 1) << "the peer is behind a translation that has not so many ports";
    EXPECT_EQ(orders.tx_shards(key + 1, 16), 1) << "under another key it may be another peer";
    orders.store({0, TunnelOrder::tag_of(key)});
    EXPECT_EQ(orders.tx_shards(key, 16), 1);
}

TEST(TunnelOrders, of_the_inner_mtu_hold_within_bounds_and_under_any_key) {
    TunnelOrders orders{};
    EXPECT_EQ(orders.inner_mtu(1280, 1430), 1430) << "nothing was ordered";
    for (const std::uint16_t within : {1280, 1281, 1430}) {
        const TunnelOrder order{4, 0xffff'fffe, within};
        orders.store(order);
        EXPECT_EQ(orders.load(), order);
        EXPECT_EQ(orders.inner_mtu(1280, 1430), within);
    }
    for (const std::uint16_t absurd : {0, 1, 1279, 1431, 65535}) {
        orders.store({4, 7, absurd});
        EXPECT_EQ(orders.inner_mtu(1280, 1430), 1430) << absurd;
    }
}

}  // namespace
}  // namespace ropewalk::config::region
