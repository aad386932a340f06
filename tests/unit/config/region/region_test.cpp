#include "config/region/region.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <functional>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "config/region/clocks.hpp"
#include "config/region/fixed_text.hpp"
#include "tests/unit/isolated_process.hpp"

namespace ropewalk::config::region {
namespace {

using ::testing::Test;

/// A gateway name of this process alone, and nothing left of it afterwards.
class RegionTest : public Test {
protected:
    void TearDown() override { ::unlink(path.c_str()); }

    struct stat status() const {
        struct stat result {};
        EXPECT_EQ(::stat(path.c_str(), &result), 0);
        return result;
    }
    void overwrite(std::size_t offset, std::uint32_t value) const {
        const region::FileDescriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
        ASSERT_EQ(::pwrite(file.number(), &value, sizeof(value), static_cast<off_t>(offset)), 4);
    }
    void write_small_file() const {
        std::ofstream(path) << "something else";
        ::chmod(path.c_str(), 0600);
    }

    const std::string name = "unit-" + std::to_string(::getpid());
    const std::string path = region::region_path(name);
};

/// Asks the kernel to write the byte that stands there already: EFAULT tells a read-only page without a fault.
bool is_writable(void* address) {
    std::array<int, 2> channel{};
    EXPECT_EQ(::pipe2(channel.data(), O_CLOEXEC), 0);
    EXPECT_EQ(::write(channel[1], address, 1), 1);
    const bool writable = ::read(channel[0], address, 1) == 1;
    ::close(channel[0]);
    ::close(channel[1]);
    return writable;
}

TEST_F(RegionTest, a_new_one_has_identity_zeros_and_all_its_memory) {
    const auto region = Region::create_or_take_over(name);
    ASSERT_TRUE(region) << region.error().message;
    EXPECT_EQ(region->control().magic, region::region_magic);
    EXPECT_EQ(region->control().abi, region::abi_version);
    EXPECT_EQ(region->control().region_size, region::region_bytes);
    EXPECT_EQ(region->control().dataplane_section_offset, region::dataplane_section_offset);
    EXPECT_EQ(region::text_of(region->control().gateway), name);
    EXPECT_NE(region->control().region_uuid, region::Uuid{});
    EXPECT_EQ(region->control().publication.load(), 0U);
    EXPECT_EQ(region->dataplane().pid.load(), 0U);
    EXPECT_EQ(status().st_mode & 07777, 0600U);
    EXPECT_EQ(static_cast<std::uint64_t>(status().st_size), region::region_bytes);
    EXPECT_GE(static_cast<std::uint64_t>(status().st_blocks) * 512, region::region_bytes);
}

TEST_F(RegionTest, taking_over_keeps_the_file_and_what_stands_in_it) {
    region::Uuid uuid{};
    {
        const auto first = Region::create_or_take_over(name);
        ASSERT_TRUE(first);
        uuid = first->control().region_uuid;
        first->control().publication.store(region::Publication{7, 2}.pack());
        const auto dataplane = Region::attach(name, Role::dataplane);
        ASSERT_TRUE(dataplane);
        dataplane->dataplane().counters[0].turns.set(99);
    }
    const auto inode = status().st_ino;
    const auto second = Region::create_or_take_over(name);
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(status().st_ino, inode);
    EXPECT_EQ(second->control().region_uuid, uuid);
    EXPECT_EQ(second->control().publication.load(), (region::Publication{7, 2}.pack()));
    EXPECT_EQ(second->dataplane().counters[0].turns.get(), 99U);
    EXPECT_FALSE(second->was_replaced());
}

TEST_F(RegionTest, a_second_control_is_refused_while_the_first_holds_the_file) {
    const auto first = Region::create_or_take_over(name);
    ASSERT_TRUE(first);
    first->control().control_pid.store(4711);
    const auto inode = status().st_ino;
    const auto second = Region::create_or_take_over(name);
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().message.find("running already (pid 4711)"), std::string::npos) << second.error().message;
    EXPECT_EQ(status().st_ino, inode);
    EXPECT_EQ(first->control().control_pid.load(), 4711U);
}

TEST_F(RegionTest, one_that_was_taken_over_is_held_as_well) {
    { ASSERT_TRUE(Region::create_or_take_over(name)); }
    auto taken_over = Region::create_or_take_over(name);
    ASSERT_TRUE(taken_over);
    const region::Region moved = std::move(*taken_over);
    EXPECT_FALSE(Region::create_or_take_over(name));
}

TEST_F(RegionTest, each_role_writes_its_own_section_only) {
    const auto control = Region::create_or_take_over(name);
    ASSERT_TRUE(control);
    EXPECT_TRUE(is_writable(&control->control()));
    EXPECT_TRUE(is_writable(&control->control().slots.back().bytes.back()));
    EXPECT_FALSE(is_writable(&control->dataplane()));

    const auto dataplane = Region::attach(name, Role::dataplane);
    ASSERT_TRUE(dataplane);
    EXPECT_FALSE(is_writable(&dataplane->control()));
    EXPECT_FALSE(is_writable(&dataplane->control().slots.back().bytes.back()));
    EXPECT_TRUE(is_writable(&dataplane->dataplane()));
    EXPECT_TRUE(is_writable(&dataplane->dataplane().counters.back()));

    const auto observer = Region::attach(name, Role::observer);
    ASSERT_TRUE(observer);
    EXPECT_FALSE(is_writable(&observer->control()));
    EXPECT_FALSE(is_writable(&observer->dataplane()));

    control->control().control_heartbeat_ns.store(5);
    EXPECT_EQ(dataplane->control().control_heartbeat_ns.load(), 5U);
}

TEST_F(RegionTest, attaching_to_nothing_says_that_control_has_not_started) {
    const auto region = Region::attach(name, Role::dataplane);
    ASSERT_FALSE(region);
    EXPECT_EQ(region.error().message,
              path + " does not exist: ropewalk-control has not started gateway '" + name + "' yet");
}

TEST_F(RegionTest, another_abi_is_refused_and_replaced_only_when_no_dataplane_lives_on_it) {
    ASSERT_TRUE(Region::create_or_take_over(name));
    const auto dataplane = Region::attach(name, Role::dataplane);
    ASSERT_TRUE(dataplane);
    overwrite(offsetof(region::ControlSection, abi), region::abi_version + 1);

    const auto attached = Region::attach(name, Role::dataplane);
    ASSERT_FALSE(attached);
    const std::string both =
        fmt::format("ABI {} and this program speaks ABI {}", region::abi_version + 1, region::abi_version);
    EXPECT_NE(attached.error().message.find(both), std::string::npos) << attached.error().message;

    dataplane->dataplane().pid.store(static_cast<std::uint64_t>(::getpid()));
    dataplane->dataplane().heartbeat_ns.store(region::monotonic_ns());
    const auto refused = Region::create_or_take_over(name);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("dataplane with pid " + std::to_string(::getpid())), std::string::npos)
        << refused.error().message;
    EXPECT_FALSE(dataplane->was_replaced());

    dataplane->dataplane().heartbeat_ns.store(region::monotonic_ns() - 10'000'000'000);
    const auto replaced = Region::create_or_take_over(name);
    ASSERT_TRUE(replaced) << replaced.error().message;
    EXPECT_EQ(replaced->control().abi, region::abi_version);
    EXPECT_TRUE(dataplane->was_replaced());
    EXPECT_FALSE(replaced->was_replaced());
}

TEST_F(RegionTest, a_dead_process_with_a_fresh_heartbeat_does_not_hold_the_file) {
    ASSERT_TRUE(Region::create_or_take_over(name));
    const auto dataplane = Region::attach(name, Role::dataplane);
    ASSERT_TRUE(dataplane);
    overwrite(offsetof(region::ControlSection, abi), region::abi_version + 1);
    dataplane->dataplane().pid.store(0x7ffffffe);
    dataplane->dataplane().heartbeat_ns.store(region::monotonic_ns());
    EXPECT_TRUE(Region::create_or_take_over(name));
}

TEST_F(RegionTest, a_damaged_head_is_refused_by_attach_and_replaced_by_control) {
    const struct {
        std::size_t offset;
        const char* sentence;
    } damages[] = {{offsetof(ControlSection, magic), "not shared memory of Ropewalk"},
                   {offsetof(ControlSection, region_size), "bytes and this program needs"},
                   {offsetof(ControlSection, dataplane_section_offset), "bytes and this program needs"},
                   {offsetof(ControlSection, gateway), "gateway of another name"}};
    for (const auto& damage : damages) {
        ASSERT_TRUE(Region::create_or_take_over(name));
        overwrite(damage.offset, 0x61616161);
        const auto attached = Region::attach(name, Role::observer);
        ASSERT_FALSE(attached) << damage.sentence;
        EXPECT_NE(attached.error().message.find(damage.sentence), std::string::npos) << attached.error().message;
        const auto inode = status().st_ino;
        ASSERT_TRUE(Region::create_or_take_over(name));
        EXPECT_NE(status().st_ino, inode) << damage.sentence;
    }
}

TEST_F(RegionTest, a_file_of_another_size_or_kind_is_refused_by_attach_and_replaced_by_control) {
    write_small_file();
    EXPECT_FALSE(Region::attach(name, Role::dataplane));
    ASSERT_TRUE(Region::create_or_take_over(name));
    ASSERT_EQ(::truncate(path.c_str(), 4096), 0);
    EXPECT_FALSE(Region::attach(name, Role::dataplane));
    EXPECT_TRUE(Region::create_or_take_over(name));
    ASSERT_EQ(::unlink(path.c_str()), 0);
    ASSERT_EQ(::symlink("/dev/shm/elsewhere", path.c_str()), 0);
    EXPECT_FALSE(Region::attach(name, Role::dataplane));
    EXPECT_TRUE(Region::create_or_take_over(name));
    struct stat link {};
    ASSERT_EQ(::lstat(path.c_str(), &link), 0);
    EXPECT_TRUE(S_ISREG(link.st_mode));
    EXPECT_NE(::access("/dev/shm/elsewhere", F_OK), 0);
}

TEST_F(RegionTest, a_directory_in_its_place_is_an_error_and_stays) {
    ASSERT_EQ(::mkdir(path.c_str(), 0700), 0);
    const auto region = Region::create_or_take_over(name);
    ASSERT_FALSE(region);
    EXPECT_EQ(region.error().message,
              "cannot make " + path + ": a directory of root stands there; remove it: rm -r " + path);
    EXPECT_EQ(::rmdir(path.c_str()), 0);
}

TEST_F(RegionTest, a_file_open_to_others_is_not_trusted_with_keys) {
    ASSERT_TRUE(Region::create_or_take_over(name));
    ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
    const auto attached = Region::attach(name, Role::dataplane);
    ASSERT_FALSE(attached);
    EXPECT_NE(attached.error().message.find("mode is 0644 where 0600 is demanded"), std::string::npos);
    ASSERT_TRUE(Region::create_or_take_over(name));
    EXPECT_EQ(status().st_mode & 07777, 0600U);
}

TEST_F(RegionTest, a_file_of_another_user_is_not_trusted_with_keys) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
    ASSERT_TRUE(Region::create_or_take_over(name));
    ASSERT_EQ(::chown(path.c_str(), 1, 1), 0);
    const auto attached = Region::attach(name, Role::dataplane);
    ASSERT_FALSE(attached);
    EXPECT_NE(attached.error().message.find("belongs to user 1"), std::string::npos) << attached.error().message;
    ASSERT_TRUE(Region::create_or_take_over(name));
    EXPECT_EQ(status().st_uid, 0U);
}

TEST_F(RegionTest, a_control_that_died_while_making_the_file_does_not_hinder_the_next) {
    std::ofstream("/dev/shm/.ropewalk." + name + ".new") << "half";
    EXPECT_TRUE(Region::create_or_take_over(name));
    EXPECT_NE(::access(("/dev/shm/.ropewalk." + name + ".new").c_str(), F_OK), 0);
}

TEST_F(RegionTest, a_second_dataplane_is_refused_while_the_first_has_the_file) {
    ASSERT_TRUE(Region::create_or_take_over(name));
    {
        auto first = Region::attach(name, Role::dataplane);
        ASSERT_TRUE(first);
        first->dataplane().pid.store(4711);
        const region::Region moved = std::move(*first);
        const auto second = Region::attach(name, Role::dataplane);
        ASSERT_FALSE(second);
        EXPECT_NE(
            second.error().message.find("ropewalk-dataplane of gateway '" + name + "' is running already (pid 4711)"),
            std::string::npos)
            << second.error().message;
        EXPECT_TRUE(Region::attach(name, Role::observer));
        EXPECT_TRUE(Region::create_or_take_over(name)) << "control's lock is another";
    }
    EXPECT_TRUE(Region::attach(name, Role::dataplane)) << "the lock went with the first";
}

/// Whoever may open a file may lock it: of one that others can read, a lock says nothing by itself.
TEST_F(RegionTest, a_lock_on_a_file_that_others_may_open_keeps_nobody_out) {
    { ASSERT_TRUE(Region::create_or_take_over(name)); }
    const auto locked_by_somebody = [&](std::uint32_t control_pid) {
        ::chmod(path.c_str(), 0644);
        overwrite(offsetof(ControlSection, control_pid), control_pid);
        const region::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        EXPECT_EQ(::flock(file.number(), LOCK_EX), 0);
        return Region::create_or_take_over(name);
    };
    const auto refused = locked_by_somebody(static_cast<std::uint32_t>(::getpid()));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("is running already"), std::string::npos) << refused.error().message;
    const auto inode = status().st_ino;
    ASSERT_TRUE(locked_by_somebody(0x7ffffffe));
    EXPECT_NE(status().st_ino, inode);
    EXPECT_EQ(status().st_mode & 07777, 0600U);
}

TEST_F(RegionTest, an_unlinked_file_does_not_count_as_replaced) {
    const auto region = Region::create_or_take_over(name);
    ASSERT_TRUE(region);
    ASSERT_EQ(::unlink(path.c_str()), 0);
    EXPECT_FALSE(region->was_replaced());
    ASSERT_TRUE(Region::create_or_take_over(name));
    EXPECT_TRUE(region->was_replaced());
}

std::string create_and_say_why_not() {
    const auto region = Region::create_or_take_over("edge");
    const bool left_over =
        ::access("/dev/shm/.ropewalk.edge.new", F_OK) == 0 || ::access("/dev/shm/ropewalk.edge", F_OK) == 0;
    return (region ? "created" : region.error().message) + (left_over ? " LEFT OVER" : "");
}

/// The region after somebody with another user id was in /dev/shm before it.
std::string create_after(const std::function<void(const std::string& path)>& somebody) {
    somebody("/dev/shm/ropewalk.edge");
    const auto region = Region::create_or_take_over("edge");
    if (!region) return region.error().message;
    struct stat status {};
    const bool is_ours = ::lstat("/dev/shm/ropewalk.edge", &status) == 0 && S_ISREG(status.st_mode) &&
                         status.st_uid == ::geteuid() && (status.st_mode & 07777) == 0600;
    if (!is_ours) return "not ours";
    return region->dataplane().pid.load() == 0 && Region::attach("edge", Role::observer) ? "ours" : "theirs";
}

std::string created_after(const std::function<void(const std::string& path)>& somebody) {
    if (::geteuid() != 0) return "skipped: only root can give files away";
    const auto said =
        tests::unit::run_on_fresh_tmpfs("/dev/shm", "mode=1777", 0, [&] { return create_after(somebody); });
    return said.value_or("skipped: no permission to make a mount namespace");
}

void give_away(const std::string& path) {
    ASSERT_EQ(::lchown(path.c_str(), 1, 1), 0);
}

TEST(RegionInTheirWay, whatever_another_user_made_before_is_neither_trusted_nor_in_the_way) {
    const struct {
        const char* what;
        std::function<void(const std::string&)> make;
    } cases[] = {
        {"a locked file",
         [](const std::string& path) {
             const int file = ::open(path.c_str(), O_RDWR | O_CREAT, 0666);
             ::flock(file, LOCK_EX);  // held as long as the process is there
             give_away(path);
         }},
        {"a fake with a living dataplane of another ABI",
         [](const std::string& path) {
             { ASSERT_TRUE(Region::create_or_take_over("edge")); }
             auto* const dataplane = new Region(Region::attach("edge", Role::dataplane).value());
             dataplane->dataplane().pid.store(static_cast<std::uint64_t>(::getpid()));
             dataplane->dataplane().heartbeat_ns.store(monotonic_ns());
             const FileDescriptor file(::open(path.c_str(), O_RDWR));
             const std::uint32_t abi = abi_version + 1;
             ASSERT_EQ(::pwrite(file.number(), &abi, sizeof abi, offsetof(ControlSection, abi)), 4);
             give_away(path);
         }},
        {"a directory",
         [](const std::string& path) {
             ASSERT_EQ(::mkdir(path.c_str(), 0700), 0);
             std::ofstream(path + "/inside") << "so that it cannot be removed";
             give_away(path);
         }},
        {"a directory where the unfinished file goes",
         [](const std::string&) {
             ASSERT_EQ(::mkdir("/dev/shm/.ropewalk.edge.new", 0700), 0);
             give_away("/dev/shm/.ropewalk.edge.new");
         }},
        {"a socket",
         [](const std::string& path) {
             sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
             std::strcpy(address.sun_path, path.c_str());
             const FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
             ASSERT_EQ(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
             give_away(path);
         }},
        {"a symbolic link",
         [](const std::string& path) {
             ASSERT_EQ(::symlink("/etc/passwd", path.c_str()), 0);
             give_away(path);
         }},
    };
    for (const auto& [what, make] : cases) {
        const std::string said = created_after(make);
        if (said.starts_with("skipped")) GTEST_SKIP() << said;
        EXPECT_EQ(said, "ours") << what;
    }
}

TEST(RegionOnTmpfs, a_full_dev_shm_is_one_clear_sentence_and_leaves_nothing) {
    const auto said = tests::unit::run_on_fresh_tmpfs("/dev/shm", "size=4M", 0, create_and_say_why_not);
    if (!said) GTEST_SKIP() << "no permission to make a mount namespace";
    EXPECT_TRUE(said->starts_with("cannot make /dev/shm/ropewalk.edge: /dev/shm is full: ")) << *said;
    EXPECT_NE(said->find("4.0 MiB free"), std::string::npos) << *said;
    EXPECT_EQ(said->find("LEFT OVER"), std::string::npos) << *said;
}

TEST(RegionOnTmpfs, a_read_only_dev_shm_is_one_clear_sentence) {
    const auto said = tests::unit::run_on_fresh_tmpfs("/dev/shm", "", MS_RDONLY, create_and_say_why_not);
    if (!said) GTEST_SKIP() << "no permission to make a mount namespace";
    EXPECT_EQ(*said,
              "cannot make /dev/shm/ropewalk.edge: /dev/shm is mounted read-only; make it writable: mount -o "
              "remount,rw /dev/shm");
}

}  // namespace
}  // namespace ropewalk::config::region
