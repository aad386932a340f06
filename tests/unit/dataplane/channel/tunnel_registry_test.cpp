#include "dataplane/channel/tunnel_registry.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>

#include <gtest/gtest.h>

#include "config/region/fixed_text.hpp"
#include "dataplane/tunnel/sequence_lease.hpp"
#include "tests/packets/slow_disk.hpp"
#include "tests/packets/temporary_folder.hpp"
#include "tests/unit/disk_calls.hpp"

namespace ropewalk::dataplane::channel {
namespace {

using config::region::DataplaneSection;
using config::region::RecordCode;
using config::region::TunnelRecord;
using tunnel::lease_numbers;

std::uint64_t wall_clock_ns() {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count());
}

TunnelRecord record_of(std::uint32_t slot, std::uint64_t key_id) {
    TunnelRecord record{};
    config::region::set_text(record.name, "hub");
    record.slot = slot;
    record.tx_key_id = key_id;
    record.rx_key_id = key_id + 1;
    record.window_log2 = 16;
    record.cipher = config::Cipher::aes_256_gcm;
    return record;
}

RecordCode code(const std::atomic<std::uint8_t>& cell) {
    return static_cast<RecordCode>(cell.load());
}

/// How many of the troubles and warnings told since the last time begin so.
std::size_t troubles(TunnelRegistry& tunnels, const std::string& beginning) {
    const auto told = tunnels.take_notices();
    return static_cast<std::size_t>(std::ranges::count_if(told, [&](const Notice& notice) {
        return notice.kind != Notice::Kind::over && notice.text.starts_with(beginning);
    }));
}

class TunnelRegistryTest : public ::testing::Test {
protected:
    SequenceStore store() const { return *SequenceStore::open(folder.path()); }
    TunnelRegistry registry() const { return {store(), *section}; }
    void record_sent(std::uint64_t key_id, std::uint64_t limit) const {
        ASSERT_TRUE(store().write_sent(key_id, limit));
    }

    const tests::packets::TemporaryFolder folder;
    const std::unique_ptr<DataplaneSection> section = std::make_unique<DataplaneSection>();
};

TEST_F(TunnelRegistryTest, a_sequence_begins_at_the_wall_clock_and_is_leased_before_it_is_used) {
    TunnelRegistry tunnels = registry();
    const std::uint64_t before = wall_clock_ns();
    const auto state = tunnels.kept_for(record_of(3, 77));
    ASSERT_TRUE(state) << state.error().message;
    const auto first = state->state->sequence.reserve(1);
    ASSERT_TRUE(first);
    EXPECT_GE(*first, before);
    EXPECT_LE(*first, wall_clock_ns());
    EXPECT_EQ(store().read_sent(77), *first + lease_numbers);
    EXPECT_EQ(state->state->sequence.limit(), *first + lease_numbers);
    EXPECT_EQ(section->tunnels[3].tx_key_id, 77U);
    EXPECT_EQ(section->tunnels[3].window_packets.get(), state->state->window.size());
    EXPECT_EQ(state->state->window.size(), (1U << 16) - 64);
}

TEST_F(TunnelRegistryTest, the_same_tunnel_keeps_its_state_and_another_key_gets_a_new_one) {
    TunnelRegistry tunnels = registry();
    const auto state = tunnels.kept_for(record_of(3, 77))->state;
    EXPECT_EQ(tunnels.kept_for(record_of(3, 77))->state, state);
    EXPECT_NE(tunnels.kept_for(record_of(3, 99))->state, state);
}

TEST_F(TunnelRegistryTest, numbers_move_on_with_a_clock_that_ran_ahead_and_are_recorded_before_they_are_used) {
    constexpr std::uint64_t s = 1'000'000'000, began = 1'000'000 * s;
    std::uint64_t now = began;
    tests::packets::SlowDisk disk;
    TunnelRegistry tunnels(store(), *section, WallClock{[&] { return now; }}, disk.runner());
    auto& sequence = tunnels.kept_for(record_of(3, 77))->state->sequence;
    disk.catch_up();
    tunnels.renew_leases();
    ASSERT_EQ(sequence.reserve(5), began);

    now += 90 * s;
    tunnels.move_on(90 * s);
    tunnels.renew_leases();
    EXPECT_EQ(sequence.reserve(1), std::nullopt) << "the disk has not answered yet";
    disk.catch_up();
    tunnels.renew_leases();
    const auto first = sequence.reserve(1);
    ASSERT_TRUE(first);
    EXPECT_GE(*first, now);
    EXPECT_LT(*first, now + s);
    EXPECT_GT(store().read_sent(77).value(), *first);
    EXPECT_EQ(section->tunnels[3].next_sequence, *first);
}

TEST_F(TunnelRegistryTest, numbers_that_are_ahead_of_the_clock_move_on_by_what_it_ran_ahead) {
    constexpr std::uint64_t s = 1'000'000'000;
    std::uint64_t now = 1'000'000 * s;
    const std::uint64_t began = now;
    TunnelRegistry tunnels(store(), *section, WallClock{[&] { return now; }});
    auto& sequence = tunnels.kept_for(record_of(3, 77))->state->sequence;
    now -= 3600 * s;  // it had been an hour ahead
    now += 2 * s;
    tunnels.move_on(2 * s);
    tunnels.renew_leases();
    const auto first = sequence.reserve(1);
    ASSERT_TRUE(first);
    EXPECT_GE(*first, began + 2 * s);
}

TEST_F(TunnelRegistryTest, a_tunnel_that_has_not_begun_begins_at_the_clock_whatever_it_did_before) {
    constexpr std::uint64_t s = 1'000'000'000;
    std::uint64_t now = 1'000'000 * s;
    record_sent(77, now + 10 * s);
    TunnelRegistry tunnels(store(), *section, WallClock{[&] { return now; }});
    auto& sequence = tunnels.kept_for(record_of(3, 77))->state->sequence;
    ASSERT_FALSE(sequence.has_begun());
    now += 90 * s;
    tunnels.move_on(90 * s);
    EXPECT_FALSE(sequence.has_begun());
    tunnels.renew_leases();
    EXPECT_EQ(sequence.reserve(1), now);
}

TEST_F(TunnelRegistryTest, a_key_is_expanded_once) {
    TunnelRegistry tunnels = registry();
    const auto first = tunnels.kept_for(record_of(3, 77)), again = tunnels.kept_for(record_of(3, 77));
    ASSERT_TRUE(first && again);
    EXPECT_EQ(first->tx_key, again->tx_key);
    EXPECT_EQ(first->rx_key, again->rx_key);
}

TEST_F(TunnelRegistryTest, numbers_that_have_not_come_for_seconds_are_told_before_they_leave_the_window) {
    constexpr std::uint64_t s = 1'000'000'000, start = 1000 * s;
    TunnelRegistry tunnels = registry();
    auto& window = tunnels.kept_for(record_of(3, 77))->state->window;
    const auto& overdue = section->tunnels[3].overdue;
    for (std::uint64_t number = 1; number <= 100; ++number)
        if (number != 50) window.commit(number);
    for (std::uint64_t now = start; now <= start + 2 * tunnel::Overdue::patience_ns; now += s) {
        if (now < start + tunnel::Overdue::patience_ns) {
            EXPECT_EQ(overdue.get(), 0U) << "it may come still";
        }
        tunnels.count_overdue(now);
    }
    EXPECT_EQ(overdue.get(), 1U);
    EXPECT_EQ(window.lost(), 0U);
    window.commit(50);
    tunnels.count_overdue(start + 100 * s);
    EXPECT_EQ(overdue.get(), 0U) << "it came after all";
}

TEST_F(TunnelRegistryTest, overdue_numbers_are_counted_for_one_tunnel_a_call) {
    constexpr std::uint64_t s = 1'000'000'000;
    TunnelRegistry tunnels = registry();
    for (const std::uint32_t slot : {1U, 2U}) {
        auto& window = tunnels.kept_for(record_of(slot, 10 * slot))->state->window;
        window.commit(1);
        window.commit(3);
    }
    for (const std::uint64_t at : {10, 13, 16}) {
        tunnels.count_overdue(at * s);
        if (at == 13) {
            EXPECT_EQ(section->tunnels[1].overdue.get() + section->tunnels[2].overdue.get(), 1U);
        }
        tunnels.count_overdue(at * s);
        tunnels.count_overdue(at * s);
    }
    EXPECT_EQ(section->tunnels[1].overdue.get() + section->tunnels[2].overdue.get(), 2U);
}

TEST_F(TunnelRegistryTest, overdue_numbers_are_counted_for_each_of_more_tunnels_than_there_are_calls_a_second) {
    constexpr std::uint64_t ms = 1'000'000;
    constexpr std::uint32_t tunnels_here = 12;
    TunnelRegistry tunnels = registry();
    for (std::uint32_t slot = 0; slot < tunnels_here; ++slot) {
        auto& window = tunnels.kept_for(record_of(slot, 10 * (slot + 1)))->state->window;
        window.commit(1);
        window.commit(3);
    }
    for (std::uint64_t now = 10'000 * ms; now < 30'000 * ms; now += 250 * ms) tunnels.count_overdue(now);
    for (std::uint32_t slot = 0; slot < tunnels_here; ++slot)
        EXPECT_EQ(section->tunnels[slot].overdue.get(), 1U) << slot;
}

TEST_F(TunnelRegistryTest, an_id_never_stands_for_another_key_or_cipher) {
    TunnelRegistry tunnels = registry();
    const auto refuses = [&](auto change) {
        TunnelRecord other = record_of(3, 77);
        change(other);
        const auto kept = tunnels.kept_for(other);
        return !kept && kept.error().message == "tunnel hub: its key ids stand for other keys than before";
    };
    ASSERT_TRUE(tunnels.kept_for(record_of(3, 77)));
    EXPECT_TRUE(refuses([](TunnelRecord& record) { record.tx_key[31] = 1; }));
    EXPECT_TRUE(refuses([](TunnelRecord& record) { record.rx_key[0] = 1; }));
    EXPECT_TRUE(refuses([](TunnelRecord& record) { record.cipher = config::Cipher::aes_128_gcm; }));
    EXPECT_TRUE(tunnels.kept_for(record_of(3, 77)));
}

TEST_F(TunnelRegistryTest, a_lease_is_renewed_and_recorded_when_half_of_it_is_used) {
    TunnelRegistry tunnels = registry();
    const auto state = tunnels.kept_for(record_of(3, 77))->state;
    const std::uint64_t first_limit = state->sequence.limit();
    state->sequence.reserve(lease_numbers / 2);
    tunnels.renew_leases();
    EXPECT_EQ(state->sequence.limit(), first_limit) << "exactly half is left";
    state->sequence.reserve(1);
    tunnels.renew_leases();
    EXPECT_EQ(state->sequence.limit(), state->sequence.next() + lease_numbers);
    EXPECT_EQ(store().read_sent(77), state->sequence.limit());
    EXPECT_EQ(section->tunnels[3].next_sequence, state->sequence.next());
}

TEST_F(TunnelRegistryTest, a_lease_that_cannot_be_recorded_is_not_given_and_that_is_told_once_and_when_it_is_over) {
    TunnelRegistry tunnels = registry();
    const auto state = tunnels.kept_for(record_of(3, 77))->state;
    tunnels.take_notices();
    const std::uint64_t limit = state->sequence.limit();
    std::filesystem::remove_all(folder.path() + "/sequence");
    state->sequence.reserve(lease_numbers / 2 + 1);
    for (int turn = 0; turn < 3; ++turn) tunnels.renew_leases();
    EXPECT_EQ(state->sequence.limit(), limit);
    EXPECT_EQ(code(section->tunnels[3].sending), RecordCode::unwritable);
    const auto told = tunnels.take_notices();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].kind, Notice::Kind::trouble);
    EXPECT_EQ(told[0].text.find("tunnel hub: its sequence numbers could not be recorded"), 0U) << told[0].text;

    std::filesystem::create_directory(folder.path() + "/sequence");
    tunnels.renew_leases();
    EXPECT_EQ(state->sequence.limit(), state->sequence.next() + lease_numbers);
    EXPECT_EQ(code(section->tunnels[3].sending), RecordCode::fine);
    const auto over = tunnels.take_notices();
    ASSERT_EQ(over.size(), 1U);
    EXPECT_EQ(over[0].kind, Notice::Kind::over);
}

TEST_F(TunnelRegistryTest, a_tunnel_whose_first_numbers_cannot_be_recorded_is_held_until_they_can) {
    TunnelRegistry tunnels = registry();
    std::filesystem::remove_all(folder.path() + "/sequence");
    const auto kept = tunnels.kept_for(record_of(4, 99));
    ASSERT_TRUE(kept) << kept.error().message;
    EXPECT_EQ(kept->state->sequence.reserve(1), std::nullopt);
    EXPECT_EQ(code(section->tunnels[4].sending), RecordCode::unwritable);
    EXPECT_EQ(kept->state->window.check(1), tunnel::Window::Verdict::fresh) << "it receives";
    tunnels.try_again();
    EXPECT_EQ(troubles(tunnels, "tunnel hub sends nothing"), 1U);

    std::filesystem::create_directory(folder.path() + "/sequence");
    tunnels.try_again();
    tunnels.renew_leases();
    EXPECT_TRUE(kept->state->sequence.reserve(1));
    EXPECT_EQ(code(section->tunnels[4].sending), RecordCode::fine);
    const auto over = tunnels.take_notices();
    ASSERT_EQ(over.size(), 1U);
    EXPECT_EQ(over[0].kind, Notice::Kind::over);
}

TEST_F(TunnelRegistryTest, a_restart_begins_beyond_everything_that_was_leased) {
    std::uint64_t limit = 0;
    {
        TunnelRegistry tunnels = registry();
        limit = tunnels.kept_for(record_of(3, 77))->state->sequence.limit();
    }
    TunnelRegistry tunnels = registry();
    const auto state = tunnels.kept_for(record_of(3, 77));
    ASSERT_TRUE(state) << state.error().message;
    EXPECT_GE(state->state->sequence.next(), limit) << "a number of the last lease may have been used";
}

TEST_F(TunnelRegistryTest, after_a_reboot_a_clock_behind_the_record_holds_the_tunnel_until_it_has_passed_it) {
    const std::uint64_t limit = 1'700'000'000'000'000'000, hour_ns = 3'600'000'000'000;
    record_sent(77, limit);
    std::uint64_t now_ns = limit - hour_ns;
    TunnelRegistry tunnels(store(), *section, {[&] { return now_ns; }});
    const auto kept = tunnels.kept_for(record_of(3, 77));
    ASSERT_TRUE(kept) << kept.error().message;
    ASSERT_TRUE(tunnels.kept_for(record_of(4, 99))->state->sequence.reserve(1)) << "the others send";
    EXPECT_EQ(kept->state->sequence.reserve(1), std::nullopt);
    EXPECT_EQ(kept->state->window.check(1), tunnel::Window::Verdict::fresh) << "it receives";
    EXPECT_EQ(code(section->tunnels[3].sending), RecordCode::clock_behind);
    EXPECT_EQ(section->tunnels[3].next_sequence, 0U) << "the next start must not take the key for one in memory";
    for (int second = 0; second < 3; ++second) tunnels.try_again();
    EXPECT_EQ(troubles(tunnels, "tunnel hub sends nothing: the clock stands 3600.0 s before"), 1U);

    now_ns = limit - 1;
    tunnels.renew_leases();
    EXPECT_EQ(kept->state->sequence.reserve(1), std::nullopt);
    now_ns = limit;
    tunnels.renew_leases();
    EXPECT_EQ(kept->state->sequence.reserve(1), limit);
    EXPECT_EQ(code(section->tunnels[3].sending), RecordCode::fine);
    EXPECT_EQ(store().read_sent(77), limit + lease_numbers);
}

TEST_F(TunnelRegistryTest, one_start_with_the_clock_ahead_does_not_hold_up_those_of_the_same_boot) {
    std::uint64_t now_ns = 1'700'003'600'000'000'000;
    std::uint64_t limit = 0;
    for (int start = 1; start <= 3; ++start) {
        TunnelRegistry tunnels(store(), *section, {[&] { return now_ns; }});
        const auto state = tunnels.kept_for(record_of(static_cast<std::uint32_t>(start), 77))->state;
        const auto first = state->sequence.reserve(1);
        ASSERT_TRUE(first) << "start " << start;
        EXPECT_EQ(*first, std::max(now_ns, limit)) << "start " << start;
        limit = state->sequence.limit();
        now_ns = 1'700'000'000'000'000'000;
    }
    const auto memory_after_reboot = std::make_unique<DataplaneSection>();
    TunnelRegistry tunnels(store(), *memory_after_reboot, {[&] { return now_ns; }});
    EXPECT_EQ(tunnels.kept_for(record_of(1, 77))->state->sequence.reserve(1), std::nullopt);
}

TEST_F(TunnelRegistryTest, an_empty_record_holds_its_tunnel_only_and_until_it_is_mended) {
    const std::string file = folder.path() + "/sequence/000000000000004d";
    TunnelRegistry tunnels = registry();
    std::ofstream(file).close();
    const auto kept = tunnels.kept_for(record_of(3, 77));
    ASSERT_TRUE(kept) << kept.error().message;
    EXPECT_TRUE(tunnels.kept_for(record_of(4, 99))->state->sequence.reserve(1));
    EXPECT_EQ(kept->state->sequence.reserve(1), std::nullopt);
    EXPECT_EQ(code(section->tunnels[3].sending), RecordCode::unreadable);
    EXPECT_EQ(code(section->tunnels[4].sending), RecordCode::fine);
    EXPECT_EQ(troubles(tunnels, "tunnel hub sends nothing: " + file), 1U);

    std::ofstream(file) << "17\n";
    tunnels.try_again();
    tunnels.renew_leases();
    EXPECT_TRUE(kept->state->sequence.reserve(1));
}

TEST_F(TunnelRegistryTest, a_damaged_record_of_what_was_received_lets_nothing_pass_until_it_is_mended) {
    TunnelRegistry tunnels = registry();
    const std::string file = folder.path() + "/sequence/received";
    std::ofstream(file) << "000000000000004e 12x\nend\n";
    const auto kept = tunnels.kept_for(record_of(3, 77));
    ASSERT_TRUE(kept);
    EXPECT_TRUE(kept->state->sequence.reserve(1)) << "it sends";
    EXPECT_EQ(kept->state->window.check(1'000'000), tunnel::Window::Verdict::too_old);
    EXPECT_EQ(code(section->tunnels[3].receiving), RecordCode::unreadable);
    tunnels.record_received();
    tunnels.try_again();
    EXPECT_EQ(kept->state->window.check(1'000'000), tunnel::Window::Verdict::too_old);
    EXPECT_EQ(troubles(tunnels, "tunnel hub receives nothing: " + file), 1U);

    std::ofstream(file) << "000000000000004e 12\nend\n";
    tunnels.try_again();
    tunnels.renew_leases();
    EXPECT_EQ(kept->state->window.check(12), tunnel::Window::Verdict::too_old);
    EXPECT_EQ(kept->state->window.check(13), tunnel::Window::Verdict::fresh);
    EXPECT_EQ(code(section->tunnels[3].receiving), RecordCode::fine);
}

TEST_F(TunnelRegistryTest, memory_stands_in_for_a_damaged_record_of_what_was_received) {
    section->received[0][3].rx_key_id = 78;
    section->received[0][3].newest = 5000;
    TunnelRegistry tunnels = registry();
    std::filesystem::create_directory(folder.path() + "/sequence/received");
    const auto& window = tunnels.kept_for(record_of(3, 77))->state->window;
    EXPECT_EQ(window.check(5000), tunnel::Window::Verdict::too_old);
    EXPECT_EQ(window.check(5001), tunnel::Window::Verdict::fresh);
}

TEST_F(TunnelRegistryTest, keys_of_which_nothing_is_recorded_are_told_of_at_their_first_start_only) {
    for (int start = 1; start <= 2; ++start) {
        TunnelRegistry tunnels = registry();
        ASSERT_TRUE(tunnels.kept_for(record_of(3, 77)));
        EXPECT_EQ(troubles(tunnels, "tunnel hub: there is no record"), start == 1 ? 1U : 0U) << "start " << start;
        tunnels.record_received();
    }
    std::filesystem::remove_all(folder.path() + "/sequence");
    const auto new_memory = std::make_unique<DataplaneSection>();
    TunnelRegistry tunnels(store(), *new_memory);
    ASSERT_TRUE(tunnels.kept_for(record_of(3, 77)));
    EXPECT_EQ(troubles(tunnels, "tunnel hub: there is no record"), 1U) << "state and memory are gone";
}

TEST_F(TunnelRegistryTest, what_was_received_and_cannot_be_recorded_is_told_once_and_when_it_is_over) {
    TunnelRegistry tunnels = registry();
    ASSERT_TRUE(tunnels.kept_for(record_of(3, 77)));
    tunnels.take_notices();
    const std::string obstacle = folder.path() + "/sequence/received.new";
    std::filesystem::create_directory(obstacle);
    for (int second = 0; second < 3; ++second) tunnels.record_received();
    EXPECT_EQ(troubles(tunnels, "how far tunnels received could not be recorded"), 1U);
    std::filesystem::remove(obstacle);
    tunnels.record_received();
    const auto over = tunnels.take_notices();
    ASSERT_EQ(over.size(), 1U);
    EXPECT_EQ(over[0].text, "how far tunnels received is recorded again");
}

TEST_F(TunnelRegistryTest, no_number_is_used_before_the_disk_has_its_lease) {
    tests::packets::SlowDisk disk;
    TunnelRegistry tunnels(store(), *section, system_wall_clock(), disk.runner());
    const auto state = tunnels.kept_for(record_of(3, 77))->state;
    EXPECT_FALSE(tunnels.is_settled());
    EXPECT_EQ(state->sequence.reserve(1), std::nullopt);
    EXPECT_EQ(state->window.check(1), tunnel::Window::Verdict::too_old) << "nor does anything pass";
    disk.catch_up();
    tunnels.renew_leases();
    ASSERT_TRUE(tunnels.is_settled());
    const std::uint64_t limit = state->sequence.limit();
    EXPECT_EQ(store().read_sent(77), limit);

    state->sequence.reserve(lease_numbers - 10);
    for (int turn = 0; turn < 3; ++turn) tunnels.renew_leases();
    EXPECT_EQ(disk.waiting(), 1U) << "asked for once";
    EXPECT_TRUE(state->sequence.reserve(10));
    EXPECT_EQ(state->sequence.reserve(1), std::nullopt);
    EXPECT_EQ(store().read_sent(77), limit);
    disk.catch_up();
    tunnels.renew_leases();
    EXPECT_EQ(store().read_sent(77), state->sequence.limit());
    EXPECT_TRUE(state->sequence.reserve(1));
}

TEST_F(TunnelRegistryTest, an_answer_for_a_tunnel_that_was_forgotten_says_nothing_of_its_successor) {
    tests::packets::SlowDisk disk;
    std::uint64_t now_ns = 1'000'000'000'000;
    TunnelRegistry tunnels(store(), *section, {[&] { return now_ns; }}, disk.runner());
    ASSERT_TRUE(tunnels.kept_for(record_of(3, 77)));
    disk.catch_up();
    tunnels.keep_only(view::ConfigView());
    now_ns *= 2;
    const auto state = tunnels.kept_for(record_of(3, 77))->state;
    EXPECT_EQ(state->sequence.reserve(1), std::nullopt);
    disk.catch_up();
    tunnels.renew_leases();
    EXPECT_EQ(state->sequence.reserve(1), now_ns);
}

TEST_F(TunnelRegistryTest, a_thousand_tunnels_ask_the_disk_for_as_many_syncs_as_one) {
    const tests::packets::TemporaryFolder in_memory("/dev/shm");
    const auto syncs_of = [&](std::uint32_t tunnels_wanted) {
        tests::packets::SlowDisk disk;
        TunnelRegistry tunnels(*SequenceStore::open(in_memory.path()), *section, system_wall_clock(), disk.runner());
        for (std::uint32_t slot = 0; slot < tunnels_wanted; ++slot) {
            EXPECT_TRUE(tunnels.kept_for(record_of(slot, 1000 + 2 * std::uint64_t{slot})));
            section->received[0][slot].rx_key_id = 1001 + 2 * std::uint64_t{slot};
        }
        disk.catch_up();
        tunnels.renew_leases();
        for (std::uint32_t slot = 0; slot < tunnels_wanted; ++slot) section->received[0][slot].newest += 100;
        tunnels.record_received();
        const tests::unit::DiskCalls calls;
        disk.catch_up();
        return calls.seen.size();
    };
    EXPECT_EQ(syncs_of(1), 3U) << "the text, the name, the folder";
    EXPECT_EQ(syncs_of(config::region::max_tunnels), 3U);
}

TEST_F(TunnelRegistryTest, after_a_restart_nothing_that_was_received_before_passes_again) {
    section->received[0][3].rx_key_id = 78;
    section->received[0][3].newest = 5000;
    TunnelRegistry tunnels = registry();
    const auto& window = tunnels.kept_for(record_of(3, 77))->state->window;
    EXPECT_EQ(window.check(5000), tunnel::Window::Verdict::too_old);
    EXPECT_EQ(window.check(5001), tunnel::Window::Verdict::fresh);
}

TEST_F(TunnelRegistryTest, after_a_reboot_the_record_on_disk_keeps_old_numbers_out) {
    {
        TunnelRegistry tunnels = registry();
        ASSERT_TRUE(tunnels.kept_for(record_of(3, 77)));
        section->received[0][3].rx_key_id = 78;
        section->received[0][3].newest = 5000;
        tunnels.record_received();
    }
    const auto new_memory = std::make_unique<DataplaneSection>();
    TunnelRegistry tunnels(store(), *new_memory);
    const auto& window = tunnels.kept_for(record_of(3, 77))->state->window;
    EXPECT_EQ(window.check(5000), tunnel::Window::Verdict::too_old);
    EXPECT_EQ(window.check(5001), tunnel::Window::Verdict::fresh);
}

TEST_F(TunnelRegistryTest, what_was_received_under_another_key_says_nothing) {
    section->received[0][3].rx_key_id = 12345;
    section->received[0][3].newest = 5000;
    for (int start = 1; start <= 2; ++start) {
        TunnelRegistry tunnels = registry();
        EXPECT_EQ(tunnels.kept_for(record_of(3, 77))->state->window.check(1), tunnel::Window::Verdict::fresh)
            << "start " << start;
    }
}

TEST_F(TunnelRegistryTest, a_tunnel_that_is_renamed_keeps_its_state_and_publishes_it_in_its_new_slot) {
    TunnelRegistry tunnels = registry();
    const auto state = tunnels.kept_for(record_of(3, 77))->state;
    state->sequence.reserve(10);
    EXPECT_EQ(tunnels.kept_for(record_of(9, 77))->state, state);
    EXPECT_EQ(section->tunnels[9].tx_key_id, 77U);
    EXPECT_EQ(section->tunnels[9].next_sequence, state->sequence.next());
    state->sequence.reserve(10);
    tunnels.renew_leases();
    EXPECT_EQ(section->tunnels[9].next_sequence, state->sequence.next());
}

TEST_F(TunnelRegistryTest, what_was_received_under_the_key_in_another_slot_does_not_pass_again_either) {
    section->received[0][3].rx_key_id = 78;
    section->received[0][3].newest = 5000;
    section->received[0][5].rx_key_id = 78;
    section->received[0][5].newest = 7000;
    TunnelRegistry tunnels = registry();
    const auto& window = tunnels.kept_for(record_of(4, 77))->state->window;
    EXPECT_EQ(window.check(7000), tunnel::Window::Verdict::too_old);
    EXPECT_EQ(window.check(7001), tunnel::Window::Verdict::fresh);
}

TEST_F(TunnelRegistryTest, keeps_the_states_in_use_and_forgets_the_others) {
    TunnelRegistry tunnels = registry();
    const auto kept = tunnels.kept_for(record_of(3, 77))->state;
    const std::uint64_t gone_limit = tunnels.kept_for(record_of(4, 99))->state->sequence.limit();
    kept->sequence.reserve(10);
    view::ConfigView view;
    view.tunnels.emplace_back().state = kept;
    tunnels.keep_only(view);
    EXPECT_EQ(tunnels.kept_for(record_of(3, 77))->state, kept);
    EXPECT_EQ(kept->sequence.next(), kept->sequence.limit() - lease_numbers + 10);
    EXPECT_GE(tunnels.kept_for(record_of(4, 99))->state->sequence.next(), gone_limit) << "made anew";
}

}  // namespace
}  // namespace ropewalk::dataplane::channel
