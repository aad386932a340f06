#include "dataplane/channel/record_keeper.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dataplane/tunnel/sequence_lease.hpp"
#include "tests/packets/slow_disk.hpp"
#include "tests/packets/temporary_folder.hpp"
#include "tests/unit/disk_calls.hpp"

namespace ropewalk::dataplane::channel {
namespace {

using config::region::RecordCode;
using Kind = RecordRequest::Kind;
using Calls = std::vector<std::string>;

constexpr std::uint64_t now_ns = 1'700'000'000'000'000'000;

class RecordKeeperTest : public ::testing::Test {
protected:
    SequenceStore store() const { return *SequenceStore::open(folder.path()); }

    const tests::packets::TemporaryFolder folder;
    tests::packets::SlowDisk disk;
    RecordKeeper keeper{store(), {[] { return now_ns; }}, disk.runner()};
};

TEST_F(RecordKeeperTest, answers_when_the_record_its_name_and_the_folder_are_on_disk) {
    keeper.ask({.kind = Kind::begin_sending, .ticket = 5, .key_id = 0x4d});
    EXPECT_TRUE(keeper.take_answers().empty());
    const tests::unit::DiskCalls calls;
    disk.catch_up();
    EXPECT_EQ(calls.seen, (Calls{"write 000000000000004d.new", "name 000000000000004d", "sync sequence"}));
    const auto answers = keeper.take_answers();
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].request.ticket, 5U);
    EXPECT_EQ(answers[0].code, RecordCode::fine);
    EXPECT_EQ(answers[0].first, now_ns);
    EXPECT_EQ(answers[0].limit, now_ns + tunnel::lease_numbers);
    EXPECT_EQ(store().read_sent(0x4d), answers[0].limit);
    EXPECT_TRUE(keeper.take_answers().empty());
}

TEST_F(RecordKeeperTest, does_together_what_was_asked_meanwhile) {
    keeper.ask({.kind = Kind::renew_lease, .ticket = 1, .key_id = 1, .limit = 100});
    keeper.ask({.kind = Kind::renew_lease, .ticket = 2, .key_id = 2, .limit = 200});
    keeper.ask({.kind = Kind::begin_receiving, .ticket = 3, .key_id = 3});
    EXPECT_EQ(disk.waiting(), 1U);
    const tests::unit::DiskCalls calls;
    disk.catch_up();
    EXPECT_EQ(calls.seen.size(), 5U);
    EXPECT_EQ(calls.seen.back(), "sync sequence");
    EXPECT_EQ(keeper.take_answers().size(), 3U);
    EXPECT_EQ(store().read_sent(2), 200U);
}

TEST_F(RecordKeeperTest, records_the_newest_of_what_was_received_and_leaves_out_what_is_outdated) {
    keeper.record_received({{7, 100}});
    keeper.record_received({{7, 200}});
    const tests::unit::DiskCalls calls;
    disk.catch_up();
    EXPECT_EQ(calls.seen, (Calls{"write received.new", "name received", "sync sequence"}));
    const auto answers = keeper.take_received_answers();
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_TRUE(answers[0].recorded);
    EXPECT_EQ(answers[0].numbers[0].newest, 200U);
}

TEST_F(RecordKeeperTest, a_clock_behind_the_record_gets_no_numbers_and_a_way_on) {
    ASSERT_TRUE(store().write_sent(0x4d, now_ns + 90'000'000'000));
    keeper.ask({.kind = Kind::begin_sending, .ticket = 1, .key_id = 0x4d});
    keeper.ask({.kind = Kind::begin_sending, .ticket = 2, .key_id = 0x4d, .next_in_memory = now_ns + 89'999'999'999});
    disk.catch_up();
    const auto answers = keeper.take_answers();
    EXPECT_EQ(answers[0].code, RecordCode::clock_behind);
    EXPECT_EQ(answers[0].limit, now_ns + 90'000'000'000);
    EXPECT_EQ(answers[0].why.find("the clock stands 90.0 s before"), 0U) << answers[0].why;
    EXPECT_NE(answers[0].why.find("genkey"), std::string::npos);
    EXPECT_EQ(answers[1].code, RecordCode::fine);
    EXPECT_EQ(answers[1].first, now_ns + 90'000'000'000);
}

}  // namespace
}  // namespace ropewalk::dataplane::channel
