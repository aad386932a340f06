#include <unistd.h>

#include <array>
#include <cstring>
#include <numeric>
#include <string_view>

#include <gtest/gtest.h>

#include "config/region/copy.hpp"
#include "config/region/region.hpp"
#include "config/snapshot/slots.hpp"
#include "control/paths/previous_next_hops.hpp"
#include "control/publication/publish_slot.hpp"
#include "control/publication/published_snapshot.hpp"
#include "control/publication/publisher.hpp"
#include "control/region_exchange.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::control::publication {
namespace {

using config::region::Publication;
using config::region::Region;
using config::region::Role;
using config::region::View;
using Workers = std::vector<std::uint64_t>;

std::optional<std::uint32_t> slot_for(Publication published, std::array<std::uint64_t, 3> generations,
                                      const Workers& acknowledged, std::uint64_t verified = 0,
                                      std::uint64_t refused = 0) {
    return publication::choose_publish_slot({published, generations, acknowledged, verified, refused});
}

TEST(PublishSlot, TheFirstSnapshotTakesTheFirstSlot) {
    EXPECT_EQ(slot_for({}, {}, {}), 0U);
}

TEST(PublishSlot, ThePublishedSlotIsNeverTaken) {
    EXPECT_EQ(slot_for({1, 0}, {1, 0, 0}, {}), 1U);
    EXPECT_EQ(slot_for({3, 0}, {3, 2, 1}, {}), 1U);
    EXPECT_EQ(slot_for({3, 1}, {2, 3, 1}, {3}), 0U);
}

TEST(PublishSlot, ASlotThatAWorkerUsesIsNotTaken) {
    // Generation 2 in slot 1 is what the worker runs; generation 1 is behind it.
    EXPECT_EQ(slot_for({3, 2}, {1, 2, 3}, {2}, 2), 0U);
    EXPECT_EQ(slot_for({3, 2}, {2, 1, 3}, {2}, 2), 1U);
    // The slowest of two workers counts.
    EXPECT_EQ(slot_for({4, 0}, {4, 2, 3}, {3, 2}, 3), std::nullopt);
    EXPECT_EQ(slot_for({4, 0}, {4, 2, 3}, {3, 3}, 3), 1U);
}

TEST(PublishSlot, ASlotThatAWorkerMayStillBeGivenIsNotTaken) {
    // The dataplane verified 3, no worker has it yet; 4 was published over it.
    EXPECT_EQ(slot_for({4, 0}, {4, 2, 3}, {2}, 3), std::nullopt);
    // Nothing was seen of 3 yet: it may be read right now.
    EXPECT_EQ(slot_for({4, 0}, {4, 2, 3}, {2}, 2), std::nullopt);
}

TEST(PublishSlot, RefusedSnapshotsFreeTheirSlots) {
    EXPECT_EQ(slot_for({4, 0}, {4, 2, 3}, {2}, 2, 3), 2U);
    EXPECT_EQ(slot_for({4, 0}, {4, 2, 3}, {2}, 2, 4), 2U) << "one after the other was refused";
}

TEST(PublishSlot, WithoutADataplaneAnyOtherSlotWill) {
    EXPECT_EQ(slot_for({9, 0}, {9, 8, 7}, {}), 1U);
}

TEST(PublishSlot, WhatNobodyReadsAnyMoreIsSuperseded) {
    const auto superseded = [](Publication published, std::array<std::uint64_t, 3> generations,
                               const Workers& acknowledged, std::uint64_t verified, std::uint64_t refused = 0) {
        return superseded_slots({published, generations, acknowledged, verified, refused});
    };
    using Slots = std::vector<std::uint32_t>;
    EXPECT_EQ(superseded({3, 2}, {1, 2, 3}, {2}, 2), Slots{0}) << "a worker still uses the second";
    EXPECT_EQ(superseded({3, 2}, {1, 2, 3}, {3, 3}, 3), (Slots{0, 1}));
    EXPECT_EQ(superseded({3, 2}, {0, 0, 3}, {3}, 3), Slots{}) << "they are wiped already";
    EXPECT_EQ(superseded({4, 0}, {4, 2, 3}, {2}, 2, 3), Slots{2}) << "it was refused";
    EXPECT_EQ(superseded({3, 2}, {1, 2, 3}, {}, 0), (Slots{0, 1})) << "without a dataplane nobody reads them";
}

class PublisherTest : public ::testing::Test {
protected:
    PublisherTest()
        : region(Region::create_or_take_over(name).value()), dataplane(Region::attach(name, Role::dataplane).value()) {}
    ~PublisherTest() override { ::unlink(config::region::region_path(name).c_str()); }

    Publisher::Outcome publish(Publisher& publisher, const DataplaneFacts& facts = {}) {
        Effects effects;
        const auto outcome = publisher.publish(publisher.prepare(gateway, resolved).value(), facts, effects.publish);
        exchange.apply(effects);
        return outcome;
    }
    /// With the dataplane at work.
    Publisher::Outcome publish_to_workers(Publisher& publisher) {
        DataplaneFacts facts = look_at_dataplane(dataplane.dataplane(), 1, Liveness::alive);
        facts.sighting.state = config::region::DataplaneState::running;
        return publish(publisher, facts);
    }
    Publisher successor() const {
        Publisher publisher;
        publisher.take_over(exchange.legacy().snapshots);
        return publisher;
    }
    /// The dataplane's one worker moves on.
    void acknowledge(std::uint64_t generation) {
        dataplane.dataplane().worker_count.store(1);
        dataplane.dataplane().verified_generation.store(generation);
        dataplane.dataplane().workers[0].acknowledged_generation.store(generation);
    }

    const std::string name = "unit-publisher-" + std::to_string(::getpid());
    Region region, dataplane;
    RegionExchange exchange{region};
    config::schema::Gateway gateway = with_name(tests::unit::sample_gateway());
    config::snapshot::Resolved resolved = tests::unit::resolved_for(gateway);

    config::schema::Gateway with_name(config::schema::Gateway sample) const {
        sample.name = name;
        return sample;
    }
};

TEST_F(PublisherTest, WhatIsPublishedCanBeRead) {
    Publisher publisher;
    EXPECT_EQ(publisher.generation(), 0U);
    EXPECT_FALSE(publisher.current());
    EXPECT_TRUE(publication::copy_published_snapshot(region.control()).empty());
    EXPECT_EQ(publish(publisher), Publisher::Outcome::published);
    EXPECT_EQ(publisher.generation(), 1U);
    ASSERT_TRUE(publisher.current());
    EXPECT_EQ(publisher.current()->header().generation, 1U);
    EXPECT_FALSE(publication::copy_published_snapshot(dataplane.control()).empty());
}

TEST_F(PublisherTest, TheSameIsNotPublishedTwice) {
    Publisher publisher;
    publish(publisher);
    EXPECT_EQ(publish(publisher), Publisher::Outcome::unchanged);
    EXPECT_EQ(publisher.generation(), 1U);
    gateway.tunnels[0].paths[1].mtu = config::schema::Bytes{1450};
    EXPECT_EQ(publish(publisher), Publisher::Outcome::published);
    EXPECT_EQ(publisher.generation(), 2U);
}

TEST_F(PublisherTest, WaitsForTheWorkersAndThenGoesOn) {
    Publisher publisher;
    publish(publisher);
    acknowledge(1);
    const auto change = [&](std::uint64_t count) {
        gateway.tunnels[0].paths[0].rate = config::schema::BitsPerSecond{count};
    };
    change(10'000'000);
    EXPECT_EQ(publish_to_workers(publisher), Publisher::Outcome::published);
    change(20'000'000);
    EXPECT_EQ(publish_to_workers(publisher), Publisher::Outcome::published);
    change(30'000'000);
    EXPECT_EQ(publish_to_workers(publisher), Publisher::Outcome::busy);
    EXPECT_EQ(publisher.generation(), 3U);
    acknowledge(3);
    EXPECT_EQ(publish_to_workers(publisher), Publisher::Outcome::published);
    EXPECT_EQ(publisher.current()->paths()[0].rate_kbit, 30'000U);
}

/// How often the sample's keys stand in control's section.
class KeysInMemory : public PublisherTest {
protected:
    KeysInMemory() {
        std::uint8_t next = 0x80;
        for (auto& [tunnel, keys] : resolved.keys)
            for (auto* const key : {&keys.tx_key, &keys.rx_key}) {
                std::iota(key->begin(), key->begin() + 16, next);
                next = static_cast<std::uint8_t>(next + 16);
            }
    }
    std::size_t copies() const {
        const auto& section = dataplane.control();
        const std::string_view memory(reinterpret_cast<const char*>(&section), sizeof section);
        std::size_t found = 0;
        for (const auto& [tunnel, keys] : resolved.keys)
            for (const auto* const key : {&keys.tx_key, &keys.rx_key}) {
                const std::string_view bytes(reinterpret_cast<const char*>(key->data()), 16);
                for (auto at = memory.find(bytes); at != memory.npos; at = memory.find(bytes, at + 32)) ++found;
            }
        return found;
    }
    void retire(Publisher& publisher) {
        Effects effects;
        DataplaneFacts facts = look_at_dataplane(dataplane.dataplane(), 1, Liveness::alive);
        facts.sighting.state = config::region::DataplaneState::running;
        effects.superseded_slots = publisher.retire(facts);
        exchange.apply(effects);
    }
};

TEST_F(KeysInMemory, AreWipedWhereNobodyReadsThemAnyMore) {
    Publisher publisher;
    publish(publisher);
    acknowledge(1);
    const std::size_t once = copies();
    EXPECT_EQ(once, 2 * resolved.keys.size());
    gateway.tunnels[0].paths[1].mtu = config::schema::Bytes{1450};
    publish_to_workers(publisher);
    retire(publisher);
    EXPECT_EQ(copies(), 2 * once) << "the worker may still be given the first";
    acknowledge(2);
    retire(publisher);
    EXPECT_EQ(copies(), once);
    EXPECT_EQ(publication::copy_published_snapshot(region.control()).empty(), false);
    EXPECT_EQ(successor().generation(), 2U);
}

TEST_F(KeysInMemory, AreForgottenAndEverythingElseIsNot) {
    {
        Publisher stopped;
        publish(stopped);
        exchange.forget_keys();
    }
    EXPECT_EQ(copies(), 0U);
    const Publication last = Publication::unpack(region.control().publication.load());
    EXPECT_TRUE(config::region::is_forgotten(dataplane.control(), last));
    EXPECT_FALSE(config::region::copy_snapshot(dataplane.control(), last)) << "nobody may run on it";
    EXPECT_FALSE(publication::copy_published_snapshot(dataplane.control()).empty()) << "who looks on still can";

    Publisher next = successor();
    ASSERT_TRUE(next.current());
    config::snapshot::Resolved recovered;
    config::snapshot::recover_slots(*next.current(), recovered);
    EXPECT_EQ(recovered.path_slots, resolved.path_slots);
    EXPECT_EQ(publish(next), Publisher::Outcome::published) << "with keys";
    EXPECT_EQ(next.generation(), 2U);
    EXPECT_FALSE(config::region::is_forgotten(dataplane.control(), {2, 1}));
    EXPECT_EQ(copies(), 2 * resolved.keys.size());
}

TEST_F(PublisherTest, AnotherControlGoesOnWhereTheFirstWasKilled) {
    {
        Publisher killed;
        publish(killed);
        gateway.tunnels[0].max_skew = std::chrono::seconds(1);
        gateway.tunnels[0].paths[1].mtu = config::schema::Bytes{1450};
        publish(killed);
    }
    Publisher next = successor();
    EXPECT_EQ(next.generation(), 2U);
    ASSERT_TRUE(next.current());
    EXPECT_EQ(publish(next), Publisher::Outcome::unchanged) << "nothing changes for the dataplane";

    config::snapshot::Resolved recovered;
    config::snapshot::recover_slots(*next.current(), recovered);
    EXPECT_EQ(recovered.path_slots, resolved.path_slots);
    const std::uint32_t fibre = resolved.path_slots.at("hub/fibre");
    const auto mac = *config::schema::parse_mac_address("02:00:00:00:00:01");
    const std::map<std::uint32_t, config::region::PathOrder> orders{{fibre, {config::region::PathUse::use, mac.bytes}}};
    EXPECT_EQ(paths::previous_next_hops(*next.current(), orders, gateway).at(fibre), mac);
    EXPECT_TRUE(paths::previous_next_hops(*next.current(), {}, gateway).empty());
    gateway.tunnels[0].paths[0].peer.udp_port = 4999;
    EXPECT_FALSE(paths::previous_next_hops(*next.current(), orders, gateway).contains(fibre))
        << "a next hop belongs to the way to one peer";
}

TEST_F(PublisherTest, ADamagedPredecessorIsNotBelieved) {
    {
        Publisher killed;
        publish(killed);
    }
    region.control().slots[0].bytes[200] ^= 1;
    Publisher next = successor();
    EXPECT_FALSE(next.current());
    EXPECT_TRUE(publication::copy_published_snapshot(region.control()).empty());
    EXPECT_EQ(publish(next), Publisher::Outcome::published);
    EXPECT_EQ(next.generation(), 2U) << "a generation never comes twice";

    region.control().publication.store(Publication{7, 200}.pack());
    EXPECT_EQ(successor().generation(), 7U);
    EXPECT_TRUE(publication::copy_published_snapshot(region.control()).empty());
}

TEST_F(PublisherTest, WhatTheDataplaneWouldRefuseIsNotPublished) {
    Publisher publisher;
    publish(publisher);
    gateway.tunnels[0].paths[0].id = 0;
    const auto prepared = publisher.prepare(gateway, resolved);
    ASSERT_FALSE(prepared);
    EXPECT_NE(prepared.error().message.find("cannot be handed to the dataplane"), std::string::npos);
    EXPECT_EQ(publisher.generation(), 1U);
}

}  // namespace
}  // namespace ropewalk::control::publication
