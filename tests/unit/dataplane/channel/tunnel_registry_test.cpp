#include "dataplane/channel/tunnel_registry.hpp"

#include <chrono>
#include <filesystem>
#include <memory>

#include <gtest/gtest.h>

#include "config/region/fixed_text.hpp"
#include "dataplane/tunnel/sequence_lease.hpp"
#include "tests/packets/temporary_folder.hpp"

namespace ropewalk::dataplane::channel {
namespace {

using config::region::DataplaneSection;
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

class TunnelRegistryTest : public ::testing::Test {
protected:
    SequenceStore store() const { return *SequenceStore::open(folder.path()); }
    TunnelRegistry registry() const { return {store(), *section}; }

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
    EXPECT_EQ(store().read(77), *first + lease_numbers);
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

TEST_F(TunnelRegistryTest, a_key_is_expanded_once) {
    TunnelRegistry tunnels = registry();
    const auto first = tunnels.kept_for(record_of(3, 77)), again = tunnels.kept_for(record_of(3, 77));
    ASSERT_TRUE(first && again);
    EXPECT_EQ(first->tx_key, again->tx_key);
    EXPECT_EQ(first->rx_key, again->rx_key);
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
    ASSERT_TRUE(tunnels.renew_leases());
    EXPECT_EQ(state->sequence.limit(), first_limit) << "exactly half is left";
    state->sequence.reserve(1);
    ASSERT_TRUE(tunnels.renew_leases());
    EXPECT_EQ(state->sequence.limit(), state->sequence.next() + lease_numbers);
    EXPECT_EQ(store().read(77), state->sequence.limit());
    EXPECT_EQ(section->tunnels[3].next_sequence, state->sequence.next());
}

TEST_F(TunnelRegistryTest, a_lease_that_cannot_be_recorded_is_not_given) {
    TunnelRegistry tunnels = registry();
    const auto state = tunnels.kept_for(record_of(3, 77))->state;
    const std::uint64_t limit = state->sequence.limit();
    std::filesystem::remove_all(folder.path() + "/sequence");
    state->sequence.reserve(lease_numbers / 2 + 1);
    EXPECT_FALSE(tunnels.renew_leases());
    EXPECT_EQ(state->sequence.limit(), limit);
    EXPECT_FALSE(tunnels.kept_for(record_of(4, 99))) << "nor may a new tunnel begin";
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

TEST_F(TunnelRegistryTest, a_clock_behind_the_record_is_refused_in_one_sentence) {
    ASSERT_TRUE(store().record(77, wall_clock_ns() + 3'600'000'000'000));
    TunnelRegistry tunnels = registry();
    const auto state = tunnels.kept_for(record_of(3, 77));
    ASSERT_FALSE(state);
    EXPECT_NE(state.error().message.find("tunnel hub: the clock stands 3"), std::string::npos) << state.error().message;
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
        ASSERT_TRUE(tunnels.record_received());
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
    ASSERT_TRUE(tunnels.renew_leases());
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
