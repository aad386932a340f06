#include "tests/pipeline/fixture.hpp"

/// Which paths a packet takes, by the mode of its class and the orders for the paths.
namespace ropewalk::tests::pipeline {
namespace {

using config::region::PathOrder;
using config::region::PathUse;
using packets::Bytes;
using Paths = std::vector<unsigned>;

class Modes : public TwoGateways {
protected:
    void start_with(const std::string& class_of_all) {
        GatewayShape wanted;
        wanted.classes = "      all: " + class_of_all + "\n";
        start(wanted);
        for (unsigned path = 1; path <= 3; ++path) order(path, PathUse::use, static_cast<std::uint8_t>(path));
    }
    void order(unsigned path, PathUse use, std::uint8_t rank, std::uint32_t silence_us = 0) {
        PathOrder wanted{.use = use,
                         .next_hop = {0x02, 0, 0, 0, 0xff, static_cast<std::uint8_t>(path)},
                         .rank = rank,
                         .silence_us = silence_us};
        edge->control().path_orders[edge->tunnel().paths[path - 1].slot].store(wanted);
    }
    void reserve(unsigned path) {
        auto& orders = edge->control().path_orders[edge->tunnel().paths[path - 1].slot];
        PathOrder order = orders.load();
        order.is_reserved = true;
        orders.store(order);
    }
    /// The paths that carried one packet, counted from 1.
    Paths taken() {
        Paths paths;
        for (const Frame& frame : sent_for({inner(++packets_)})) paths.push_back(frame.port + 1U);
        return paths;
    }

private:
    std::uint64_t packets_ = 0;
};

TEST_F(Modes, best_takes_the_path_of_the_best_rank) {
    start_with("{ mode: best }");
    EXPECT_EQ(taken(), (Paths{1}));
    order(3, PathUse::use, 0);
    EXPECT_EQ(taken(), (Paths{3}));
    order(3, PathUse::spare, 0);
    EXPECT_EQ(taken(), (Paths{1})) << "one that is not fit is left out";
    order(1, PathUse::none, 1);
    EXPECT_EQ(taken(), (Paths{2}));
}

TEST_F(Modes, best_and_copies_take_so_many_of_the_best) {
    start_with("{ mode: duplicate, copies: 2 }");
    EXPECT_EQ(taken(), (Paths{1, 2}));
    order(1, PathUse::use, 9);
    EXPECT_EQ(taken(), (Paths{2, 3}));
    order(2, PathUse::spare, 2);
    EXPECT_EQ(taken(), (Paths{1, 3}));
    order(3, PathUse::spare, 3);
    EXPECT_EQ(taken(), (Paths{1})) << "there is one live path";
}

TEST_F(Modes, backup_takes_the_first_of_its_own_order_whatever_the_ranks) {
    start_with("{ mode: backup, paths: [path2, path3, path1] }");
    EXPECT_EQ(taken(), (Paths{2}));
    order(2, PathUse::spare, 2);
    EXPECT_EQ(taken(), (Paths{3}));
    order(3, PathUse::none, 3);
    EXPECT_EQ(taken(), (Paths{1}));
    order(2, PathUse::use, 2);
    EXPECT_EQ(taken(), (Paths{2}));
}

TEST_F(Modes, what_a_suspect_carries_goes_by_the_next_one_too) {
    start_with("{ mode: best }");
    order(1, PathUse::suspect, 1);
    EXPECT_EQ(taken(), (Paths{1, 2}));
    order(2, PathUse::suspect, 2);
    EXPECT_EQ(taken(), (Paths{1, 2, 3}));
    order(1, PathUse::use, 1);
    EXPECT_EQ(taken(), (Paths{1})) << "suspects behind the best one carry nothing";
}

TEST_F(Modes, all_are_tried_while_none_is_fit) {
    for (const char* mode : {"{ mode: best }", "{ mode: backup }", "{ copies: 1 }"}) {
        start_with(mode);
        for (unsigned path = 1; path <= 3; ++path) order(path, PathUse::spare, static_cast<std::uint8_t>(path));
        EXPECT_EQ(taken(), (Paths{1, 2, 3})) << mode;
        order(2, PathUse::suspect, 2);
        EXPECT_EQ(taken(), (Paths{1, 2, 3})) << mode;
        order(2, PathUse::use, 2);
        EXPECT_EQ(taken(), (Paths{2})) << mode;
    }
}

TEST_F(Modes, copies_on_all_paths_go_on_all_but_drained_ones) {
    start_with("{ mode: duplicate }");
    order(1, PathUse::spare, 1);
    order(2, PathUse::suspect, 2);
    EXPECT_EQ(taken(), (Paths{1, 2, 3})) << "the far side takes the first that comes";
    order(3, PathUse::drain, 3);
    EXPECT_EQ(taken(), (Paths{1, 2}));
}

TEST_F(Modes, a_reserved_path_carries_no_traffic_while_another_is_fit) {
    for (const char* mode : {"{ mode: duplicate }", "{ mode: best, copies: 3 }"}) {
        start_with(mode);
        reserve(3);
        EXPECT_EQ(taken(), (Paths{1, 2})) << mode;
        edge->inject(edge->tunnel().slot, edge->tunnel().paths[2].slot, Bytes{1});
        EXPECT_EQ(edge->take_sent().size(), 1U) << "control's messages";
        edge->inject(edge->tunnel().slot, config::region::every_path_slot, Bytes{1});
        EXPECT_EQ(edge->take_sent().size(), 2U) << "but not those for all paths";
        order(1, PathUse::spare, 1);
        EXPECT_EQ(taken().back(), 2U) << mode;
        order(2, PathUse::suspect, 2);
        EXPECT_EQ(taken().back(), 3U) << mode << ": what may be dying is not alone";
        order(2, PathUse::none, 2);
        order(1, PathUse::none, 1);
        EXPECT_EQ(taken(), (Paths{3})) << mode;
    }
}

TEST_F(Modes, a_reserved_path_is_taken_where_it_is_preferred) {
    start_with("{ mode: backup, paths: [path2, path3, path1] }");
    reserve(3);
    EXPECT_EQ(taken(), (Paths{2}));
    order(2, PathUse::spare, 2);
    EXPECT_EQ(taken(), (Paths{3})) << "although path1 is fit";
}

TEST_F(Modes, a_reserved_path_is_taken_when_the_others_fall_silent_without_control) {
    constexpr std::uint64_t now_ns = 60'000'000'000;
    for (const char* mode : {"{ mode: duplicate }", "{ mode: best }"}) {
        start_with(mode);
        reserve(3);
        order(1, PathUse::use, 1, 200'000);
        order(2, PathUse::use, 2, 200'000);
        edge->context().now_ns = now_ns;
        EXPECT_EQ(taken().front(), 1U) << mode << ": control judges";
        edge->context().is_unattended = true;
        EXPECT_EQ(taken().back(), 3U) << mode;
    }
}

TEST_F(Modes, a_drained_path_carries_control_messages_only_while_others_are_left) {
    start_with("{ mode: best }");
    order(1, PathUse::drain, 1);
    EXPECT_EQ(taken(), (Paths{2}));
    edge->inject(edge->tunnel().slot, edge->tunnel().paths[0].slot, Bytes{1});
    EXPECT_EQ(edge->take_sent().size(), 1U);
    order(2, PathUse::none, 2);
    order(3, PathUse::none, 3);
    EXPECT_EQ(taken(), (Paths{1})) << "rather than nothing";
    order(1, PathUse::none, 1);
    EXPECT_EQ(taken(), Paths{});
    EXPECT_EQ(edge->dropped(DropReason::no_path), 1U);
}

TEST_F(Modes, ranks_that_are_given_twice_or_absurd_lose_no_path) {
    start_with("{ mode: best, copies: 3 }");
    for (unsigned path = 1; path <= 3; ++path) order(path, PathUse::use, 7);
    EXPECT_EQ(taken(), (Paths{1, 2, 3}));
    order(2, PathUse::use, 255);
    EXPECT_EQ(taken(), (Paths{1, 2, 3}));
}

TEST_F(Modes, a_path_that_nothing_is_heard_by_is_left_while_no_control_lives) {
    constexpr std::uint64_t heard_ns = 1'000'000'000;
    start_with("{ mode: best }");
    order(1, PathUse::use, 1, 200'000);
    order(2, PathUse::use, 2, 200'000);
    hub->from_inside({packets::packet_of_size({.source = "192.0.2.2", .destination = "192.0.2.1"}, 100, 1)});
    edge->context().now_ns = heard_ns;
    auto answers = hub->take_sent();
    ASSERT_EQ(answers.size(), 3U);
    edge->from_wan(0, {answers[0]});
    ASSERT_EQ(edge->path_signals(1).heard_ns.get(), heard_ns);
    edge->take_delivered();

    edge->context().now_ns = heard_ns + 200'000'001;
    EXPECT_EQ(taken(), (Paths{1})) << "control judges";
    edge->context().is_unattended = true;
    EXPECT_EQ(taken(), (Paths{3})) << "only this one may be silent";
    edge->context().now_ns = heard_ns + 200'000'000;
    EXPECT_EQ(taken(), (Paths{1}));
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
