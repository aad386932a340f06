#include "tests/pipeline/fixture.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using packets::Bytes;
using packets::IpFields;
using packets::packet_of_size;

class Classes : public TwoGateways {
protected:
    /// `yaml` stands under `classes`; `without_next_hop` are paths that cannot send.
    void start_with(const std::string& yaml, const std::vector<unsigned>& without_next_hop = {}) {
        GatewayShape wanted;
        wanted.classes = yaml;
        wanted.without_next_hop = without_next_hop;
        start(wanted);
    }
    /// The paths that carried one packet, counted from 1; it is delivered once whatever they are.
    std::vector<unsigned> paths_of(const Bytes& packet) {
        const auto frames = sent_for({packet});
        std::vector<unsigned> paths;
        for (const Frame& frame : frames) paths.push_back(frame.port + 1U);
        carry(frames);
        EXPECT_EQ(hub->take_delivered().size(), frames.empty() ? 0U : 1U);
        return paths;
    }
    static Bytes with_dscp(unsigned dscp) {
        IpFields fields;
        fields.traffic_class = static_cast<std::uint8_t>(dscp << 2);
        return packet_of_size(fields, 100, dscp);
    }
};

using Paths = std::vector<unsigned>;

TEST_F(Classes, choose_their_paths_and_what_is_in_none_takes_all) {
    start_with(
        "      voice: { match: { dscp: [46] }, paths: [path1, path3] }\n"
        "      bulk: { match: { dscp: [8] }, paths: [path2] }\n");
    EXPECT_EQ(paths_of(with_dscp(46)), (Paths{1, 3}));
    EXPECT_EQ(paths_of(with_dscp(8)), (Paths{2}));
    EXPECT_EQ(paths_of(with_dscp(0)), (Paths{1, 2, 3}));
}

TEST_F(Classes, choose_how_many_copies) {
    start_with(
        "      one: { match: { dscp: [1] }, copies: 1 }\n"
        "      two: { match: { dscp: [2] }, copies: 2 }\n"
        "      rest: { copies: 3 }\n");
    EXPECT_EQ(paths_of(with_dscp(1)), (Paths{1}));
    EXPECT_EQ(paths_of(with_dscp(2)), (Paths{1, 2}));
    EXPECT_EQ(paths_of(with_dscp(3)), (Paths{1, 2, 3}));
}

TEST_F(Classes, take_the_next_path_for_one_without_a_next_hop) {
    start_with(
        "      two: { match: { dscp: [2] }, copies: 2 }\n"
        "      first: { match: { dscp: [1] }, paths: [path1] }\n",
        {1});
    EXPECT_EQ(paths_of(with_dscp(2)), (Paths{2, 3}));
    EXPECT_EQ(paths_of(with_dscp(1)), (Paths{}));
    EXPECT_EQ(edge->dropped(DropReason::no_path), 1U) << "a class keeps to its paths";
    EXPECT_EQ(paths_of(with_dscp(0)), (Paths{2, 3}));
}

TEST_F(Classes, mixed_in_one_burst_each_packet_goes_its_way) {
    start_with(
        "      voice: { match: { dscp: [46] }, paths: [path3] }\n"
        "      small: { match: { max_size: 100B }, copies: 2 }\n");
    const auto frames = sent_for({with_dscp(46), inner(1, 500), inner(2, 80), with_dscp(46), inner(3, 101)});
    std::vector<std::size_t> per_port(3);
    for (const Frame& frame : frames) ++per_port[frame.port];
    EXPECT_EQ(per_port, (std::vector<std::size_t>{3, 3, 4}));
    std::vector<Bytes> third;
    for (const Frame& frame : frames)
        if (frame.port == 2) carry({frame});
    EXPECT_EQ(hub->take_delivered(), (std::vector<Bytes>{with_dscp(46), inner(1, 500), with_dscp(46), inner(3, 101)}));
    for (const Frame& frame : frames)
        if (frame.port == 0) carry({frame});
    EXPECT_EQ(hub->take_delivered(), std::vector<Bytes>{inner(2, 80)});
}

TEST_F(Classes, without_a_path_that_can_send_lose_their_packets_and_the_others_of_the_burst_go_on_in_order) {
    start_with(
        "      first: { match: { dscp: [1] }, paths: [path1] }\n"
        "      second: { match: { dscp: [2] }, paths: [path2] }\n",
        {1, 3});
    const auto frames =
        sent_for({with_dscp(1), inner(1), with_dscp(1), with_dscp(2), inner(2), with_dscp(1), inner(3), with_dscp(1)});
    for (const Frame& frame : frames) EXPECT_EQ(frame.port, 1);
    EXPECT_EQ(edge->dropped(DropReason::no_path), 4U);
    carry(frames);
    EXPECT_EQ(hub->take_delivered(), (std::vector<Bytes>{inner(1), with_dscp(2), inner(2), inner(3)}));
}

TEST_F(Classes, path_sequences_count_only_what_a_path_carries) {
    start_with("      voice: { match: { dscp: [46] }, paths: [path2] }\n");
    for (int i = 0; i < 5; ++i) {
        paths_of(with_dscp(46));
        paths_of(with_dscp(0));
    }
    EXPECT_EQ(edge->path_counters(1).tx_copies.get(), 5U);
    EXPECT_EQ(edge->path_counters(2).tx_copies.get(), 10U);
    for (unsigned path = 1; path <= 3; ++path) EXPECT_EQ(hub->path_counters(path).rx_missing.get(), 0U);
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
