#include "dataplane/house/placement.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace ropewalk::dataplane::house {
namespace {

using Workers = std::vector<std::uint16_t>;

house::PortQueues device(std::uint16_t queues, Workers wanted = {}, config::Spread spread = config::Spread::automatic) {
    return {"wan1", queues, queues, std::move(wanted), spread};
}

std::vector<house::PortPlacement> placed(std::uint16_t workers, const std::vector<house::PortQueues>& ports) {
    const auto placements = house::place(workers, ports);
    EXPECT_TRUE(placements) << placements.error().message;
    return placements.value_or(std::vector<house::PortPlacement>{});
}

std::string refusal(std::uint16_t workers, const house::PortQueues& port) {
    const auto placements = house::place(workers, std::vector{port});
    return placements ? "it was placed" : placements.error().message;
}

TEST(Placement, gives_each_worker_a_queue_where_the_device_has_enough) {
    const auto port = placed(3, {device(16)}).front();
    EXPECT_EQ(port.receive_workers, (Workers{0, 1, 2}));
    EXPECT_EQ(port.senders, (Workers{0, 1, 2}));
    EXPECT_EQ(port.transmit_queues(), 3U);
    for (std::uint16_t worker = 0; worker < 3; ++worker) {
        EXPECT_EQ(port.receive_queues_of(worker), Workers{worker});
        EXPECT_TRUE(port.deal_of(worker).empty());
    }
}

TEST(Placement, one_queue_is_polled_by_one_worker_who_deals_to_all) {
    const auto port = placed(3, {device(1)}).front();
    EXPECT_EQ(port.receive_workers, Workers{0});
    EXPECT_EQ(port.deal_of(0), (Workers{0, 1, 2}));
    EXPECT_TRUE(port.deal_of(1).empty());
    EXPECT_EQ(port.senders, (Workers{0, 0, 0}));
    EXPECT_EQ(port.transmit_queues(), 1U);
}

TEST(Placement, ports_with_one_queue_are_polled_by_different_workers) {
    const auto ports = placed(3, {device(1), device(1), device(1)});
    for (std::uint16_t port = 0; port < 3; ++port) {
        EXPECT_EQ(ports[port].receive_workers, Workers{port});
        EXPECT_EQ(ports[port].deal_of(port), (Workers{0, 1, 2})) << "in one order, so that copies of a packet meet";
    }
}

TEST(Placement, workers_without_a_queue_are_dealt_to_by_turns) {
    const auto port = placed(5, {device(2)}).front();
    EXPECT_EQ(port.receive_workers, (Workers{0, 1}));
    EXPECT_EQ(port.deal_of(0), (Workers{0, 2, 4}));
    EXPECT_EQ(port.deal_of(1), (Workers{1, 3}));
    EXPECT_EQ(port.senders, (Workers{0, 1, 0, 1, 0}));
}

TEST(Placement, takes_queues_as_they_are_listed) {
    const auto port = placed(4, {device(4, {2, 3, 3}, config::Spread::never)}).front();
    EXPECT_EQ(port.receive_workers, (Workers{2, 3, 3}));
    EXPECT_EQ(port.receive_queues_of(3), (Workers{1, 2}));
    EXPECT_TRUE(port.receive_queues_of(0).empty());
    EXPECT_TRUE(port.deal_of(2).empty()) << "never spread";
    EXPECT_EQ(port.senders, (Workers{0, 1, 2, 3})) << "every worker sends";
}

TEST(Placement, who_polls_several_queues_deals_all_of_them_to_the_same_workers) {
    const auto port = placed(4, {device(3, {1, 1, 2})}).front();
    EXPECT_EQ(port.deal, (std::vector<Workers>{{0, 1}, {0, 1}, {2, 3}}));
    EXPECT_EQ(port.deal_of(1), (Workers{0, 1}));
    const auto all = placed(3, {device(2, {0, 0})}).front();
    EXPECT_EQ(all.deal, (std::vector<Workers>{{0, 1, 2}, {0, 1, 2}}));
    EXPECT_EQ(all.deal_of(0), (Workers{0, 1, 2})) << "nobody is left without a share";
}

TEST(Placement, refuses_what_the_device_has_not_and_who_does_not_run) {
    EXPECT_EQ(refusal(2, device(1, {0, 1})), "ports.wan1.queues lists 2 receive queues, but the device has 1");
    EXPECT_EQ(refusal(2, device(4, {0, 2})),
              "ports.wan1.queues: there is no worker 2 to poll the queue; the workers are 0 to 1");
    EXPECT_EQ(refusal(1, device(0)), "ports.wan1: the device has no queue to receive on or to send by");
}

TEST(Placement, every_queue_has_a_worker_and_every_worker_a_share_and_a_sender) {
    for (std::uint16_t workers = 1; workers <= 16; ++workers)
        for (std::uint16_t queues = 1; queues <= 16; ++queues) {
            const auto ports = placed(workers, {device(queues), device(queues)});
            for (const house::PortPlacement& port : ports) {
                EXPECT_EQ(port.receive_workers.size(), std::min(workers, queues));
                std::vector<unsigned> shares(workers);
                for (const Workers& deal : port.deal)
                    for (const std::uint16_t worker : deal) ++shares[worker];
                EXPECT_EQ(shares, std::vector<unsigned>(workers, 1)) << workers << " workers, " << queues << " queues";
                for (std::uint16_t worker = 0; worker < workers; ++worker)
                    EXPECT_LT(port.senders[worker], std::min(workers, queues));
            }
        }
}

}  // namespace
}  // namespace ropewalk::dataplane::house
