#include "dataplane/house/housekeeping.hpp"

#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "config/region/fixed_text.hpp"
#include "dataplane/channel/disk_thread.hpp"
#include "dataplane/tunnel/sequence_lease.hpp"
#include "tests/packets/slow_disk.hpp"
#include "tests/packets/temporary_folder.hpp"
#include "tests/unit/disk_calls.hpp"

namespace ropewalk::dataplane::house {
namespace {

using channel::RunOnDisk;
using channel::SequenceStore;
using config::region::max_tunnels;
using config::region::Region;
using config::region::TunnelRecord;

constexpr std::uint64_t turn_ns = 5'000'000;

TunnelRecord record_of(std::uint32_t slot) {
    TunnelRecord record{};
    config::region::set_text(record.name, "peer" + std::to_string(slot));
    record.slot = slot;
    record.tx_key_id = 1000 + 2 * std::uint64_t{slot};
    record.rx_key_id = record.tx_key_id + 1;
    record.window_log2 = 16;
    record.cipher = config::Cipher::aes_256_gcm;
    return record;
}

/// The main lcore of a gateway, without its ports and workers.
class HousekeepingTest : public ::testing::Test {
protected:
    void SetUp() override {
        auto made = Region::create_or_take_over(name);
        ASSERT_TRUE(made) << made.error().message;
        auto attached = Region::attach(name, config::region::Role::dataplane);
        ASSERT_TRUE(attached) << attached.error().message;
        region.emplace(std::move(*attached));
        spdlog::set_default_logger(
            std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log)));
    }
    void TearDown() override {
        spdlog::set_default_logger(before);
        ::unlink(config::region::region_path(name).c_str());
    }

    void start(RunOnDisk disk, std::uint32_t tunnels) {
        registry.emplace(*SequenceStore::open(folder.path()), region->dataplane(), channel::system_wall_clock(),
                         std::move(disk));
        // A gateway without ports and tunnels.
        config::region::SnapshotHeader header{};
        header.boot.inside_port = config::region::no_inside_port;
        const auto* const bytes = reinterpret_cast<const std::uint8_t*>(&header);
        configuration.emplace(*region, channel::PortAddresses{},
                              channel::ReadAtStart(config::region::View({bytes, sizeof header})), *registry, cell, 1);
        house.emplace(*region, *configuration, *registry, Housekeeping::Adopted{}, Housekeeping::Watch{}, [this] {
            return ClockReading{now_ns + ahead_ns, now_ns, now_ns};
        });
        for (std::uint32_t slot = 0; slot < tunnels; ++slot) ASSERT_TRUE(registry->kept_for(record_of(slot)));
    }
    void receive(std::uint32_t slot, std::uint64_t newest) {
        region->dataplane().received[0][slot].rx_key_id = record_of(slot).rx_key_id;
        region->dataplane().received[0][slot].newest = newest;
    }
    /// As many seconds as the heart should beat through.
    void keep_house(std::uint64_t seconds) {
        for (std::uint64_t turn = 0; turn < seconds * 200; ++turn) {
            now_ns += turn_ns;
            house->turn(now_ns);
            ASSERT_EQ(region->dataplane().heartbeat_ns, now_ns);
        }
    }
    std::size_t lines_with(const std::string& words) const {
        std::size_t count = 0;
        std::istringstream lines(log.str());
        for (std::string line; std::getline(lines, line);) count += line.find(words) != std::string::npos ? 1 : 0;
        return count;
    }

    const std::string name = "house-" + std::to_string(::getpid());
    const tests::packets::TemporaryFolder folder{"/dev/shm"};
    std::ostringstream log;
    const std::shared_ptr<spdlog::logger> before = spdlog::default_logger();
    std::optional<Region> region;
    channel::ViewCell cell;
    std::optional<channel::TunnelRegistry> registry;
    std::optional<channel::ConfigChannel> configuration;
    std::optional<Housekeeping> house;
    std::uint64_t now_ns = 1'000'000'000, ahead_ns = 0;
};

TEST_F(HousekeepingTest, a_time_of_day_that_runs_ahead_takes_the_numbers_along_before_the_turn_is_over) {
    constexpr std::uint64_t s = 1'000'000'000;
    start(channel::run_at_once, 2);
    keep_house(1);
    auto& sequence = registry->kept_for(record_of(1))->state->sequence;
    const std::uint64_t sent = sequence.next();
    ahead_ns = 40 * s;
    house->turn(now_ns);
    const auto first = sequence.reserve(1);
    ASSERT_TRUE(first);
    EXPECT_GE(*first, sent + 40 * s);
    keep_house(3);
    EXPECT_EQ(lines_with("the time of day ran 40.0 s ahead"), 1U) << log.str();

    const std::uint64_t next = sequence.next();
    ahead_ns = 10 * s;
    keep_house(3);
    EXPECT_EQ(sequence.next(), next) << "nothing is done about a clock that was set back";
    EXPECT_EQ(lines_with("the time of day was set back by 30.0 s"), 1U) << log.str();
}

TEST_F(HousekeepingTest, the_heart_beats_over_a_disk_that_never_answers) {
    tests::packets::SlowDisk disk;
    start(disk.runner(), max_tunnels);
    disk.catch_up();
    registry->renew_leases();
    const tests::unit::DiskCalls calls;
    for (std::uint64_t second = 1; second <= 10; ++second) {
        for (std::uint32_t slot = 0; slot < max_tunnels; ++slot) {
            receive(slot, second * 1000);
            registry->kept_for(record_of(slot))->state->sequence.reserve(tunnel::lease_numbers / 4);
        }
        keep_house(1);
    }
    EXPECT_TRUE(calls.seen.empty()) << "the main lcore itself asked the disk: " << calls.seen.front();
    EXPECT_EQ(disk.waiting(), 1U) << "what is asked for meanwhile is one job";
    for (std::uint32_t slot = 0; slot < max_tunnels; ++slot)
        EXPECT_EQ(registry->kept_for(record_of(slot))->state->sequence.reserve(1), std::nullopt)
            << "no number beyond what the disk has";

    disk.catch_up();
    keep_house(1);
    const auto store = SequenceStore::open(folder.path());
    for (std::uint32_t slot = 0; slot < max_tunnels; ++slot) {
        const auto& sequence = registry->kept_for(record_of(slot))->state->sequence;
        EXPECT_EQ(store->read_sent(record_of(slot).tx_key_id), sequence.limit());
        EXPECT_EQ(store->read_received(record_of(slot).rx_key_id), 10'000U);
    }
}

TEST_F(HousekeepingTest, a_disk_that_blocks_its_thread_blocks_nothing_else) {
    std::promise<void> disk_moves;
    channel::DiskThread disk;
    disk.add([moves = disk_moves.get_future().share()] { moves.wait(); });
    start([&](std::function<void()> job) { disk.add(std::move(job)); }, 300);
    keep_house(5);
    EXPECT_EQ(registry->kept_for(record_of(7))->state->sequence.reserve(1), std::nullopt);
    disk_moves.set_value();
    disk.finish();
    house->tell();
    EXPECT_TRUE(registry->kept_for(record_of(7))->state->sequence.reserve(1));
}

TEST_F(HousekeepingTest, at_an_orderly_stop_the_newest_numbers_received_are_recorded) {
    start(channel::run_at_once, 2);
    receive(1, 5000);
    keep_house(1);
    receive(1, 5021);  // less than a second before the stop
    house->finish();
    EXPECT_EQ(SequenceStore::open(folder.path())->read_received(record_of(1).rx_key_id), 5021U);
}

TEST_F(HousekeepingTest, a_held_tunnel_is_named_once_and_begins_by_itself_when_its_record_is_mended) {
    ASSERT_TRUE(SequenceStore::open(folder.path()));
    const std::string record = folder.path() + "/sequence/00000000000003ea";  // of slot 1
    { std::ofstream empty(record); }
    start(channel::run_at_once, 3);
    keep_house(3);
    EXPECT_EQ(lines_with("tunnel peer1 sends nothing: " + record), 1U) << log.str();
    EXPECT_EQ(lines_with("sends nothing"), 1U);
    EXPECT_TRUE(registry->kept_for(record_of(0))->state->sequence.reserve(1));
    EXPECT_FALSE(registry->kept_for(record_of(1))->state->sequence.reserve(1));

    ASSERT_TRUE(SequenceStore::open(folder.path())->write_sent(record_of(1).tx_key_id, 17));
    keep_house(2);
    EXPECT_TRUE(registry->kept_for(record_of(1))->state->sequence.reserve(1));
    EXPECT_EQ(lines_with("tunnel peer1: its sequence numbers are recorded"), 1U);
}

TEST_F(HousekeepingTest, a_trouble_of_all_tunnels_does_not_fill_the_log) {
    ASSERT_TRUE(SequenceStore::open(folder.path()));
    for (std::uint32_t slot = 0; slot < 300; ++slot)
        std::filesystem::create_directory(
            fmt::format("{}/sequence/{:016x}.new", folder.path(), record_of(slot).tx_key_id));
    std::filesystem::create_directory(folder.path() + "/sequence/received.new");
    start(channel::run_at_once, 300);
    keep_house(5);
    EXPECT_EQ(lines_with("more like these: ropewalk show tunnels"), 1U) << log.str();
    EXPECT_LE(lines_with("error"), 12U) << log.str();
}

}  // namespace
}  // namespace ropewalk::dataplane::house
