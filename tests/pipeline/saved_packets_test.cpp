#include <functional>

#include "dataplane/tunnel/lone_copies.hpp"
#include "tests/pipeline/fixture.hpp"

/// What would have been lost without a path, as the receiver estimates it from the watched packets.
namespace ropewalk::tests::pipeline {
namespace {

using dataplane::tunnel::LoneCopies;

class SavedPackets : public TwoGateways {
protected:
    /// Whether the n-th packet's copy passes a path, which counts from 1.
    using Passes = std::function<bool(unsigned path, std::uint64_t n)>;

    static constexpr std::uint64_t packets = 1 << 15;
    /// As many packets of which one in 16 is watched hold a block more or less.
    static constexpr std::uint64_t tolerance = packets / 16;

    void start_with(unsigned paths, const std::string& wire = "ropewalk", const std::string& class_of_all = "") {
        GatewayShape wanted;
        wanted.paths = paths;
        wanted.wire = wire;
        if (!class_of_all.empty()) wanted.classes = "      all: " + class_of_all + "\n";
        start(wanted);
    }

    /// Of each burst path 1's copies arrive first.
    void send(std::uint64_t count, const Passes& passes) {
        constexpr std::uint64_t together = 32;
        for (std::uint64_t begin = 0; begin < count; begin += together) {
            std::vector<packets::Bytes> burst;
            for (std::uint64_t n = begin; n < begin + together; ++n) burst.push_back(inner(n, 64));
            std::vector<std::uint64_t> next(shape.paths, begin);
            std::vector<std::vector<Frame>> arriving(shape.paths);
            for (Frame& frame : sent_for(burst)) {
                const unsigned port = frame.port;
                if (passes(port + 1, next[port]++)) arriving[port].push_back(std::move(frame));
            }
            for (std::uint16_t port = 0; port < shape.paths; ++port)
                if (!arriving[port].empty()) hub->from_wan(port, arriving[port]);
            hub->take_delivered();
        }
    }

    /// Sends on without losses until all that came before is judged.
    void judge_all() {
        hub->context().now_ns += LoneCopies::patience_ns;
        send(1 << 13, [](unsigned, std::uint64_t) { return true; });
    }

    std::uint64_t saved_by(unsigned path) { return hub->path_counters(path).rx_saved.get(); }
};

TEST_F(SavedPackets, without_losses_there_are_none) {
    start_with(3);
    send(packets, [](unsigned, std::uint64_t) { return true; });
    judge_all();
    for (unsigned path = 1; path <= 3; ++path) EXPECT_EQ(saved_by(path), 0U) << path;
}

TEST_F(SavedPackets, are_as_many_as_the_other_path_lost) {
    start_with(2);
    send(packets, [](unsigned path, std::uint64_t n) { return path == 2 || n % 5 != 0; });
    judge_all();
    EXPECT_EQ(saved_by(1), 0U);
    EXPECT_NEAR(static_cast<double>(saved_by(2)), packets / 5.0, tolerance);
}

TEST_F(SavedPackets, are_counted_for_each_path_when_each_loses_others) {
    start_with(2);
    send(packets, [](unsigned path, std::uint64_t n) { return path == 1 ? n % 4 != 0 : n % 2 == 0; });
    judge_all();
    EXPECT_NEAR(static_cast<double>(saved_by(1)), packets / 2.0, tolerance);
    EXPECT_NEAR(static_cast<double>(saved_by(2)), packets / 4.0, tolerance);
}

TEST_F(SavedPackets, are_all_while_the_other_path_is_dead) {
    start_with(2);
    send(packets, [](unsigned path, std::uint64_t) { return path == 2; });
    judge_all();
    EXPECT_EQ(saved_by(1), 0U);
    EXPECT_NEAR(static_cast<double>(saved_by(2)), packets, tolerance);
}

TEST_F(SavedPackets, are_none_of_those_that_were_sent_by_one_path) {
    start_with(1);
    send(packets, [](unsigned, std::uint64_t) { return true; });
    judge_all();
    EXPECT_EQ(saved_by(1), 0U);
    start_with(2, "ropewalk", "{ mode: best }");
    send(packets, [](unsigned, std::uint64_t) { return true; });
    judge_all();
    EXPECT_EQ(hub->path_counters(1).rx_first.get() + hub->path_counters(2).rx_first.get(), packets + (1 << 13));
    EXPECT_EQ(saved_by(1) + saved_by(2), 0U);
}

TEST_F(SavedPackets, are_not_counted_where_nothing_tells_paths_apart) {
    start_with(2, "esp");
    send(packets, [](unsigned path, std::uint64_t) { return path == 2; });
    judge_all();
    EXPECT_EQ(hub->tunnel_counters().delivered_packets.get(), packets + (1 << 13));
    EXPECT_EQ(saved_by(1) + saved_by(2), 0U);
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
