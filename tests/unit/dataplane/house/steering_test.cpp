#include "dataplane/house/steering.hpp"

#include <gtest/gtest.h>

namespace ropewalk::dataplane::house {
namespace {

using config::Wire;
using eal::SteeringRule;
using Workers = std::vector<std::uint16_t>;

constexpr std::array<std::uint8_t, 16> v4{203, 0, 113, 9}, v6{0x20, 1, 0xd, 0xb8};

house::PortPlacement placed(std::uint16_t workers, std::uint16_t queues, Workers listed = {},
                            config::Spread spread = config::Spread::automatic) {
    const std::vector<house::PortQueues> ports{{"wan1", queues, queues, std::move(listed), spread}};
    return house::place(workers, ports).value().front();
}

view::EndpointView endpoint(std::uint16_t udp_port, std::uint16_t shards, std::uint8_t family = 4) {
    return {family == 4 ? v4 : v6, udp_port, family, Wire::ropewalk, shards};
}

/// The queue of each shard of one endpoint.
Workers queues_of(std::uint16_t shards, const house::PortPlacement& placement) {
    Workers queues;
    for (const SteeringRule& rule : house::steering_rules(std::vector{endpoint(4500, shards)}, placement)) {
        EXPECT_EQ(rule.udp_port, 4500 + queues.size());
        queues.push_back(rule.queue);
    }
    return queues;
}

TEST(Steering, names_each_port_of_each_endpoint_with_several_shards) {
    const std::vector endpoints{endpoint(4500, 2), endpoint(5000, 1), endpoint(65534, 2, 6)};
    const std::vector<SteeringRule> expected{{4, v4, 4500, 0}, {4, v4, 4501, 1}, {6, v6, 65534, 0}, {6, v6, 65535, 1}};
    EXPECT_EQ(house::steering_rules(endpoints, placed(2, 8)), expected);
}

TEST(Steering, asks_for_nothing_where_there_is_nothing_to_choose) {
    EXPECT_TRUE(house::steering_rules(std::vector{endpoint(4500, 1)}, placed(2, 2)).empty());
    EXPECT_TRUE(house::steering_rules(std::vector{endpoint(4500, 4)}, placed(1, 8)).empty());
    EXPECT_TRUE(house::steering_rules(std::vector{endpoint(4500, 4)}, placed(4, 1)).empty());
}

TEST(Steering, a_shard_goes_to_the_worker_of_its_number) {
    EXPECT_EQ(queues_of(4, placed(4, 4)), (Workers{0, 1, 2, 3}));
    EXPECT_EQ(queues_of(4, placed(2, 2)), (Workers{0, 1, 0, 1}));
    EXPECT_EQ(queues_of(3, placed(2, 2)), (Workers{0, 1, 0}));
    EXPECT_EQ(queues_of(2, placed(2, 2, {1, 0})), (Workers{1, 0})) << "queue 0 is worker 1's";
}

TEST(Steering, a_worker_with_several_queues_uses_them_all) {
    EXPECT_EQ(queues_of(8, placed(2, 4, {0, 1, 1, 0})), (Workers{0, 1, 3, 2, 0, 1, 3, 2}));
}

TEST(Steering, a_worker_without_a_queue_is_reached_by_who_deals_to_it) {
    // Worker 0 deals to 0 and 2, worker 1 to 1 and 3.
    EXPECT_EQ(queues_of(4, placed(4, 2)), (Workers{0, 1, 0, 1}));
    EXPECT_EQ(queues_of(2, placed(4, 4, {2, 3}, config::Spread::never)), (Workers{0, 1}))
        << "only 2 and 3 receive there";
}

/// The worker that a block of sequence numbers reaches by a port, its queue chosen by the rules.
std::uint16_t worker_of(std::uint64_t block, std::uint16_t shards, const house::PortPlacement& placement) {
    const auto queues = queues_of(shards, placement);
    const std::uint16_t queue = queues.empty() ? std::uint16_t{0} : queues[block % shards];
    const std::uint16_t poller = placement.receive_workers[queue];
    const auto by_block = placement.shares_by_block(poller);
    return by_block.empty() ? poller : placement.deal_of(poller)[by_block[block % by_block.size()]];
}

TEST(Steering, copies_of_a_packet_meet_at_one_worker_whatever_queues_their_ports_have) {
    for (std::uint16_t workers = 1; workers <= 16; ++workers)
        for (std::uint16_t times = 1; times * workers <= 16; ++times)
            for (std::uint16_t queues = 1; queues <= 16; ++queues)
                for (std::uint64_t block = 1000; block < 1100; ++block)
                    ASSERT_EQ(worker_of(block, static_cast<std::uint16_t>(times * workers), placed(workers, queues)),
                              block % workers)
                        << workers << " workers, " << times * workers << " shards, " << queues << " queues";
}

TEST(Placement, blocks_are_dealt_evenly_where_they_come_by_any_queue) {
    for (std::uint16_t workers = 2; workers <= 16; ++workers)
        for (std::uint16_t queues = 1; queues < workers; ++queues) {
            const house::PortPlacement port = placed(workers, queues);
            for (const std::uint16_t poller : port.receive_workers) {
                std::vector<unsigned> blocks(port.deal_of(poller).size());
                for (const std::uint8_t share : port.shares_by_block(poller)) ++blocks.at(share);
                EXPECT_EQ(blocks, std::vector<unsigned>(blocks.size(), blocks.empty() ? 0U : workers))
                    << workers << " workers, " << queues << " queues";
            }
        }
}

}  // namespace
}  // namespace ropewalk::dataplane::house
