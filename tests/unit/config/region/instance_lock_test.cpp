#include "config/region/instance_lock.hpp"

#include <sys/mount.h>
#include <unistd.h>

#include <fstream>

#include <gtest/gtest.h>

#include "tests/unit/isolated_process.hpp"

namespace ropewalk::config::region {
namespace {

std::string outcome_of(const Result<region::InstanceLock>& lock) {
    return lock ? "taken" : lock.error().message;
}

TEST(InstanceLock, a_second_instance_is_told_the_pid_of_the_first) {
    const auto said = tests::unit::run_on_fresh_tmpfs("/run", "", 0, [] {
        const auto first = InstanceLock::take("edge", Process::control);
        const std::string second = outcome_of(InstanceLock::take("edge", Process::control));
        const std::string pid = "(pid " + std::to_string(::getpid()) + ")";
        return outcome_of(first) + "|" + (second.find(pid) == std::string::npos ? second : "named the pid");
    });
    if (!said) GTEST_SKIP() << "no permission to make a mount namespace";
    EXPECT_EQ(*said, "taken|named the pid");
}

TEST(InstanceLock, control_dataplane_and_other_gateways_do_not_disturb_each_other) {
    const auto said = tests::unit::run_on_fresh_tmpfs("/run", "", 0, [] {
        const auto control = InstanceLock::take("edge", Process::control);
        const auto dataplane = InstanceLock::take("edge", Process::dataplane);
        const auto other = InstanceLock::take("hub", Process::control);
        return outcome_of(control) + "|" + outcome_of(dataplane) + "|" + outcome_of(other);
    });
    if (!said) GTEST_SKIP() << "no permission to make a mount namespace";
    EXPECT_EQ(*said, "taken|taken|taken");
}

TEST(InstanceLock, it_is_free_again_when_the_holder_is_gone_and_then_holds_the_new_pid) {
    const auto said = tests::unit::run_on_fresh_tmpfs("/run", "", 0, [] {
        { const auto first = InstanceLock::take("edge", Process::dataplane); }
        std::ofstream("/run/ropewalk/edge.dataplane.lock") << "123456789";
        const auto second = InstanceLock::take("edge", Process::dataplane);
        std::string content;
        std::getline(std::ifstream("/run/ropewalk/edge.dataplane.lock"), content);
        return outcome_of(second) + (content == std::to_string(::getpid()) ? "|own pid" : "|" + content);
    });
    if (!said) GTEST_SKIP() << "no permission to make a mount namespace";
    EXPECT_EQ(*said, "taken|own pid");
}

TEST(InstanceLock, a_read_only_run_is_one_clear_sentence) {
    const auto said = tests::unit::run_on_fresh_tmpfs(
        "/run", "", MS_RDONLY, [] { return outcome_of(InstanceLock::take("edge", Process::control)); });
    if (!said) GTEST_SKIP() << "no permission to make a mount namespace";
    EXPECT_EQ(*said, "cannot make /run/ropewalk: Read-only file system");
}

}  // namespace
}  // namespace ropewalk::config::region
