#include "config/region/instance_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <functional>

#include <fmt/format.h>
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

mode_t mode_of(const char* path) {
    struct stat status {};
    return ::stat(path, &status) == 0 ? status.st_mode & 07777U : 0;
}

TEST(InstanceLock, nobody_else_may_open_the_file_whatever_the_umask) {
    const auto said = tests::unit::run_on_fresh_tmpfs("/run", "", 0, [] {
        std::string modes;
        for (const mode_t mask : {0077U, 0U}) {
            ::umask(mask);
            const auto lock = InstanceLock::take(fmt::format("edge{:o}", mask), Process::control);
            modes += fmt::format("{} {:o} {:o}|", outcome_of(lock), mode_of("/run/ropewalk"),
                                 mode_of(fmt::format("/run/ropewalk/edge{:o}.control.lock", mask).c_str()));
        }
        return modes;
    });
    if (!said) GTEST_SKIP() << "no permission to make a mount namespace";
    EXPECT_EQ(*said, "taken 755 600|taken 755 600|");
}

constexpr const char* lock_file = "/run/ropewalk/edge.control.lock";

/// As earlier versions left it, locked by somebody who could open it; the pid is what the file says.
std::string with_an_open_file_that_somebody_locked(const std::string& pid, const std::function<void()>& change = {}) {
    const auto said = tests::unit::run_on_fresh_tmpfs("/run", "", 0, [&] {
        if (!make_runtime_dir()) return std::string("no folder");
        std::ofstream(lock_file) << pid;
        ::chmod(lock_file, 0644);
        const FileDescriptor theirs(::open(lock_file, O_RDONLY | O_CLOEXEC));
        ::flock(theirs.number(), LOCK_EX);
        if (change) change();
        const auto lock = InstanceLock::take("edge", Process::control);
        const std::string second = outcome_of(InstanceLock::take("edge", Process::control));
        return fmt::format("{}|{}|{:o}", outcome_of(lock),
                           second.find("is running already") != std::string::npos ? "held" : second,
                           mode_of(lock_file));
    });
    return said.value_or("skipped");
}

TEST(InstanceLock, a_lock_of_somebody_elses_keeps_nobody_out) {
    const std::string dead = with_an_open_file_that_somebody_locked("2147483646\n");
    if (dead == "skipped") GTEST_SKIP() << "no permission to make a mount namespace";
    EXPECT_EQ(dead, "taken|held|600");
    EXPECT_EQ(with_an_open_file_that_somebody_locked("1\n", [] { ::chmod(lock_file, 0666); }), "taken|held|600")
        << "who may write to it may write any pid";
    EXPECT_EQ(with_an_open_file_that_somebody_locked("1\n", [] { ASSERT_EQ(::chown(lock_file, 1, 1), 0); }),
              "taken|held|600");
}

TEST(InstanceLock, one_of_an_earlier_version_that_still_runs_holds) {
    const std::string said = with_an_open_file_that_somebody_locked(std::to_string(::getpid()));
    if (said == "skipped") GTEST_SKIP() << "no permission to make a mount namespace";
    EXPECT_NE(said.find("is running already (pid " + std::to_string(::getpid()) + ")"), std::string::npos) << said;
}

TEST(InstanceLock, a_folder_that_others_may_write_to_is_refused_and_what_mends_it_said) {
    const auto said = tests::unit::run_on_fresh_tmpfs("/run", "", 0, [] {
        ::mkdir(runtime_dir, 0755);
        ::chmod(runtime_dir, 0777);
        const std::string open = outcome_of(InstanceLock::take("edge", Process::control));
        ::chmod(runtime_dir, 0755);
        if (::chown(runtime_dir, 1, 1) != 0) return std::string("skipped");
        return open + "|" + outcome_of(InstanceLock::take("edge", Process::control));
    });
    if (!said || *said == "skipped") GTEST_SKIP() << "only root can give a folder away";
    EXPECT_EQ(*said,
              "the folder /run/ropewalk has mode 0777, so others can replace what is in it; chmod go-w /run/ropewalk|"
              "the folder /run/ropewalk belongs to user 1, who can replace what is in it; chown root /run/ropewalk");
}

TEST(InstanceLock, a_read_only_run_is_one_clear_sentence) {
    const auto said = tests::unit::run_on_fresh_tmpfs(
        "/run", "", MS_RDONLY, [] { return outcome_of(InstanceLock::take("edge", Process::control)); });
    if (!said) GTEST_SKIP() << "no permission to make a mount namespace";
    EXPECT_EQ(*said, "cannot make /run/ropewalk: Read-only file system");
}

}  // namespace
}  // namespace ropewalk::config::region
