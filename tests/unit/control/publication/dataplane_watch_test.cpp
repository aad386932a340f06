#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>

#include <gtest/gtest.h>

#include "config/region/fixed_text.hpp"
#include "control/publication/dataplane_watch.hpp"
#include "control/publication/generation_fate.hpp"
#include "control/publication/process_alive.hpp"
#include "control/publication/refusal_watch.hpp"

namespace ropewalk::control::publication {
namespace {

using config::region::DataplaneSection;
using config::region::DataplaneState;
using Event = DataplaneWatch::Event;

constexpr std::uint64_t now = 100'000'000'000;

/// As a dataplane that lives in this very process would leave it.
std::unique_ptr<DataplaneSection> running_section() {
    auto section = std::make_unique<DataplaneSection>();
    section->pid.store(static_cast<std::uint64_t>(::getpid()));
    section->state.store(static_cast<std::uint32_t>(DataplaneState::running));
    section->heartbeat_ns.store(now - 5'000'000);
    section->life_uuid.fill(7);
    section->worker_count.store(2);
    return section;
}

DataplaneFacts facts_of(const DataplaneSection& section) {
    return look_at_dataplane(section, now, Liveness::alive);
}

TEST(ProcessAlive, TellsTheLivingFromTheEnded) {
    EXPECT_TRUE(publication::is_process_alive(static_cast<std::uint64_t>(::getpid())));
    EXPECT_FALSE(publication::is_process_alive(0));
    EXPECT_FALSE(publication::is_process_alive(~std::uint64_t{0}));
    const pid_t child = ::fork();
    if (child == 0) ::pause();
    EXPECT_TRUE(publication::is_process_alive(static_cast<std::uint64_t>(child)));
    ::kill(child, SIGKILL);
    siginfo_t ended{};
    ::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT);
    EXPECT_FALSE(publication::is_process_alive(static_cast<std::uint64_t>(child)))
        << "ended, though nobody waited for it";
    ::waitpid(child, nullptr, 0);
    EXPECT_FALSE(publication::is_process_alive(static_cast<std::uint64_t>(child)));
}

TEST(LookForDataplane, SeesOneThatRuns) {
    const auto section = running_section();
    const publication::DataplaneSighting sighting = publication::look_for_dataplane(*section, now);
    EXPECT_TRUE(sighting.is_running() && sighting.is_present());
    EXPECT_EQ(sighting.pid, static_cast<std::uint64_t>(::getpid()));
    EXPECT_EQ(sighting.life_uuid, section->life_uuid);
}

TEST(LookForDataplane, OneThatStandsStillIsAbsentButMayGoOn) {
    const auto section = running_section();
    section->heartbeat_ns.store(now - 2 * dataplane_silence_ns);
    const auto sighting = sighting_of(*section, now, Liveness::alive);
    EXPECT_FALSE(sighting.is_present());
    EXPECT_TRUE(sighting.has_started());
    EXPECT_FALSE(sighting_of(*section, now, Liveness::gone).has_started());
    section->state.store(static_cast<std::uint32_t>(DataplaneState::stopped));
    EXPECT_FALSE(sighting_of(*section, now, Liveness::alive).has_started()) << "it ended in order";
}

TEST(LookForDataplane, ItsUuidIsReadOnlyWhileItRuns) {
    const auto section = running_section();
    section->state.store(static_cast<std::uint32_t>(DataplaneState::starting));
    const publication::DataplaneSighting sighting = publication::look_for_dataplane(*section, now);
    EXPECT_TRUE(sighting.is_present() && !sighting.is_running());
    EXPECT_EQ(sighting.life_uuid, config::region::Uuid{});
}

TEST(LookForDataplane, OneThatStoppedDiedOrStandsStillIsAbsent) {
    auto section = running_section();
    section->state.store(static_cast<std::uint32_t>(DataplaneState::stopped));
    EXPECT_FALSE(publication::look_for_dataplane(*section, now).is_present());
    section->state.store(77);
    EXPECT_FALSE(publication::look_for_dataplane(*section, now).is_present());

    section = running_section();
    section->pid.store(0x7ffffff0);
    EXPECT_FALSE(publication::look_for_dataplane(*section, now).is_present());

    section = running_section();
    section->heartbeat_ns.store(now - publication::dataplane_silence_ns - 1);
    EXPECT_FALSE(publication::look_for_dataplane(*section, now).is_present());
    section->heartbeat_ns.store(now + 1);
    EXPECT_TRUE(publication::look_for_dataplane(*section, now).is_present()) << "it may beat after we read the clock";
}

TEST(DataplaneWatch, TellsEachChangeOnce) {
    publication::DataplaneWatch watch;
    const publication::DataplaneSighting absent, starting{DataplaneState::starting, 10, {}};
    publication::DataplaneSighting first{DataplaneState::running, 10, {}}, second{DataplaneState::running, 11, {}};
    first.life_uuid.fill(1);
    second.life_uuid.fill(2);
    EXPECT_EQ(watch.observe(absent), Event::none);
    EXPECT_EQ(watch.observe(starting), Event::none);
    EXPECT_EQ(watch.observe(first), Event::appeared);
    EXPECT_EQ(watch.observe(first), Event::none);
    EXPECT_EQ(watch.observe(second), Event::replaced);
    EXPECT_EQ(watch.observe(absent), Event::disappeared);
    EXPECT_EQ(watch.observe(absent), Event::none);
    EXPECT_EQ(watch.observe(second), Event::appeared);
    EXPECT_EQ(watch.observe(starting), Event::disappeared);
}

TEST(RefusalWatch, TellsARefusalOnceAndCleansItsText) {
    const auto section = running_section();
    publication::RefusalWatch watch;
    EXPECT_FALSE(watch.observe(facts_of(*section)));
    config::region::set_text(section->refusal, "no\x1b[2Jtail");
    section->verified_generation.store(4);
    section->refused_generation.store(5);
    const auto refusal = watch.observe(facts_of(*section));
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->generation, 5U);
    EXPECT_EQ(refusal->reason, "no?[2Jtail");
    EXPECT_FALSE(watch.observe(facts_of(*section)));
    section->refused_generation.store(0);
    EXPECT_FALSE(watch.observe(facts_of(*section)));
    section->refused_generation.store(5);
    EXPECT_TRUE(watch.observe(facts_of(*section))) << "another dataplane refused it again";
}

TEST(RefusalWatch, ARefusalThatALaterSnapshotMadeGoodIsHistory) {
    const auto section = running_section();
    section->refused_generation.store(5);
    section->verified_generation.store(6);
    EXPECT_FALSE(publication::RefusalWatch().observe(facts_of(*section)));
}

TEST(GenerationFate, IsInUseWhenEveryWorkerHasIt) {
    using Kind = GenerationFate::Kind;
    const auto section = running_section();
    EXPECT_EQ(publication::fate_of(3, DataplaneFacts()).kind, Kind::no_dataplane);
    EXPECT_EQ(fate_of(3, facts_of(*section)).kind, Kind::pending);
    section->workers[0].acknowledged_generation.store(3);
    EXPECT_EQ(fate_of(3, facts_of(*section)).kind, Kind::pending);
    section->workers[1].acknowledged_generation.store(4);
    EXPECT_EQ(fate_of(3, facts_of(*section)).kind, Kind::in_use);
    EXPECT_EQ(fate_of(3, facts_of(*section)).workers, 2U);
    section->worker_count.store(0);
    EXPECT_EQ(fate_of(3, facts_of(*section)).kind, Kind::pending) << "no worker, no use";
    section->worker_count.store(1'000'000);
    EXPECT_EQ(fate_of(3, facts_of(*section)).kind, Kind::pending) << "a damaged count reads nothing beyond the section";
}

TEST(GenerationFate, ARefusalComesWithItsReason) {
    const auto section = running_section();
    config::region::set_text(section->refusal, "why");
    section->refused_generation.store(3);
    const publication::GenerationFate fate = fate_of(3, facts_of(*section));
    EXPECT_EQ(fate.kind, GenerationFate::Kind::refused);
    EXPECT_EQ(fate.reason, "why");
    EXPECT_EQ(fate_of(4, facts_of(*section)).kind, GenerationFate::Kind::pending);
}

}  // namespace
}  // namespace ropewalk::control::publication
