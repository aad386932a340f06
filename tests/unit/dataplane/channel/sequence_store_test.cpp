#include "dataplane/channel/sequence_store.hpp"

#include <sys/mount.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "tests/packets/temporary_folder.hpp"
#include "tests/unit/isolated_process.hpp"

namespace ropewalk::dataplane::channel {
namespace {

namespace fs = std::filesystem;
using tests::packets::TemporaryFolder;

constexpr std::uint64_t key = 0x00c0ffee00c0ffeeULL;
constexpr const char* file_of_key = "/sequence/00c0ffee00c0ffee";

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(SequenceStore, makes_its_folder_and_knows_nothing_of_a_new_key) {
    const TemporaryFolder folder;
    const auto store = SequenceStore::open(folder.path() + "/not/there/yet");
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_TRUE(fs::is_directory(folder.path() + "/not/there/yet/sequence"));
    EXPECT_EQ(store->read_sent(key), 0U);
}

TEST(SequenceStore, its_folders_and_files_are_for_their_owner_alone_whatever_the_umask) {
    const TemporaryFolder folder;
    const auto mode_of = [](const std::string& path) {
        struct stat status {};
        return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0U;
    };
    for (const mode_t mask : {0U, 0777U}) {
        const std::string state_dir = folder.path() + "/mask" + std::to_string(mask) + "/state";
        const mode_t before = ::umask(mask);
        const auto store = SequenceStore::open(state_dir);
        const bool written = store && store->write_sent(key, 17);
        ::umask(before);
        ASSERT_TRUE(written) << mask;
        for (const char* const made : {"/..", "", "/sequence"}) EXPECT_EQ(mode_of(state_dir + made), 0700U) << made;
        EXPECT_EQ(mode_of(state_dir + file_of_key), 0600U & ~mask) << mask;
    }
}

TEST(SequenceStore, does_not_rely_on_records_that_others_can_replace) {
    const TemporaryFolder folder;
    ASSERT_TRUE(SequenceStore::open(folder.path()));
    for (const char* const part : {"", "/sequence"}) {
        const std::string path = folder.path() + part;
        ASSERT_EQ(::chmod(path.c_str(), 0777), 0);
        const auto store = SequenceStore::open(folder.path());
        ASSERT_FALSE(store) << path;
        EXPECT_TRUE(contains(store.error().message, "the folder " + path + " has mode 0777")) << store.error().message;
        EXPECT_TRUE(contains(store.error().message, "chmod go-w " + path)) << store.error().message;
        ASSERT_EQ(::chmod(path.c_str(), 0755), 0);
        EXPECT_TRUE(SequenceStore::open(folder.path())) << "others may look";
    }
}

TEST(SequenceStore, reads_back_what_it_recorded_also_after_a_restart) {
    const TemporaryFolder folder;
    const std::uint64_t largest = ~std::uint64_t{0};
    {
        const auto store = SequenceStore::open(folder.path());
        ASSERT_TRUE(store->write_sent(key, 17));
        ASSERT_TRUE(store->write_sent(key, 1'700'000'000'123'456'789));
        ASSERT_TRUE(store->write_sent(key + 1, largest));
        ASSERT_TRUE(store->record_received(std::vector<Received>{{key, 5}, {key + 1, largest}}));
        ASSERT_TRUE(store->record_received(std::vector<Received>{{key, 4}, {key + 2, 0}}));
    }
    const auto store = SequenceStore::open(folder.path());
    EXPECT_EQ(store->read_sent(key), 1'700'000'000'123'456'789U);
    EXPECT_EQ(store->read_sent(key + 1), largest);
    EXPECT_EQ(store->read_sent(key + 2), 0U);
    EXPECT_EQ(store->read_received(key), 5U) << "nothing is lowered";
    EXPECT_EQ(store->read_received(key + 1), largest);
    EXPECT_EQ(store->read_received(key + 2), 0U);
    EXPECT_EQ(store->read_received(key + 3), std::nullopt);
}

TEST(SequenceStore, reads_what_earlier_versions_recorded_of_a_key_that_the_table_does_not_have) {
    const TemporaryFolder folder;
    const auto store = SequenceStore::open(folder.path());
    std::ofstream(folder.path() + file_of_key + ".received") << "5000\n";
    EXPECT_EQ(store->read_received(key), 5000U);
    ASSERT_TRUE(store->record_received(std::vector<Received>{{key + 1, 7}}));
    EXPECT_EQ(store->read_received(key), 5000U);
    ASSERT_TRUE(store->record_received(std::vector<Received>{{key, 6000}}));
    EXPECT_EQ(store->read_received(key), 6000U);
}

TEST(SequenceStore, damage_to_the_table_hurts_only_the_keys_it_hits_and_outlasts_writing) {
    const TemporaryFolder folder;
    const auto store = SequenceStore::open(folder.path());
    const std::string table = folder.path() + "/sequence/received";
    for (const char* damage : {"", "00c0ffee00c0ffee 5x\n000000000000004e 12\nend\n", "000000000000004e 12\n",
                               "000000000000004e 12\n00c0ffee00c0ffee 5"}) {
        std::ofstream(table) << damage;
        for (int time = 1; time <= 2; ++time) {
            const auto read = store->read_received(key);
            ASSERT_FALSE(read) << "after '" << damage << "', time " << time;
            EXPECT_TRUE(contains(read.error().message, table)) << read.error().message;
            EXPECT_TRUE(contains(read.error().message, "genkey")) << read.error().message;
            ASSERT_TRUE(store->record_received(std::vector<Received>{{0x4e, 13}}));
            EXPECT_EQ(store->read_received(0x4e), 13U);
        }
        ASSERT_TRUE(store->record_received(std::vector<Received>{{key, 17}}));
        EXPECT_EQ(store->read_received(key), 17U) << "a key that is known again";
    }
}

TEST(SequenceStore, leaves_one_file_a_key_that_only_its_owner_reads) {
    const TemporaryFolder folder;
    const auto store = SequenceStore::open(folder.path());
    ASSERT_TRUE(store->write_sent(key, 17));
    ASSERT_TRUE(store->write_sent(key, 18));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path() + "/sequence"), {}), 1);
    EXPECT_EQ(fs::status(folder.path() + file_of_key).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST(SequenceStore, takes_no_damaged_file_for_a_number) {
    const TemporaryFolder folder;
    const auto store = SequenceStore::open(folder.path());
    for (const char* damage :
         {"", "\n", "12x\n", "-5\n", "0x10\n", "1.5\n", "99999999999999999999999\n", "seventeen\n"}) {
        std::ofstream(folder.path() + file_of_key) << damage;
        const auto read = store->read_sent(key);
        ASSERT_FALSE(read) << "took '" << damage << "' for " << *read;
        EXPECT_TRUE(contains(read.error().message, folder.path() + file_of_key)) << read.error().message;
        EXPECT_TRUE(contains(read.error().message, "genkey")) << read.error().message;
    }
}

TEST(SequenceStore, takes_no_unreadable_file_for_a_key_never_used) {
    const TemporaryFolder folder;
    const auto store = SequenceStore::open(folder.path());
    fs::create_directory(folder.path() + file_of_key);
    EXPECT_FALSE(store->read_sent(key));
}

TEST(SequenceStore, says_that_state_dir_is_a_file) {
    const TemporaryFolder folder;
    std::ofstream(folder.path() + "/file") << "something";
    const auto store = SequenceStore::open(folder.path() + "/file");
    ASSERT_FALSE(store);
    EXPECT_TRUE(contains(store.error().message, folder.path() + "/file")) << store.error().message;
}

TEST(SequenceStore, says_that_the_folder_cannot_be_written) {
    const auto said = tests::unit::run_on_fresh_tmpfs("/mnt", "", MS_RDONLY, [] {
        const auto store = SequenceStore::open("/mnt/state");
        return store ? "opened" : store.error().message;
    });
    if (!said) GTEST_SKIP() << "no permission to make a mount namespace";
    EXPECT_TRUE(contains(*said, "/mnt/state") && contains(*said, "Read-only")) << *said;
}

TEST(SequenceStore, says_that_a_number_could_not_be_recorded_and_keeps_the_old_one) {
    const auto said = tests::unit::run_on_fresh_tmpfs("/mnt", "nr_inodes=5", 0, [] {
        const auto store = SequenceStore::open("/mnt");
        if (!store || !store->write_sent(key, 17)) return std::string("the file system is too small for the test");
        for (int i = 0; i < 5; ++i) std::ofstream("/mnt/fill" + std::to_string(i)) << "x";
        const auto recorded = store->write_sent(key, 18);
        const auto kept = store->read_sent(key);
        if (!kept) return kept.error().message;
        return (recorded ? "recorded" : recorded.error().message) + "|" + std::to_string(*kept);
    });
    if (!said) GTEST_SKIP() << "no permission to make a mount namespace";
    EXPECT_TRUE(contains(*said, "No space left") && contains(*said, "|17")) << *said;
}

}  // namespace
}  // namespace ropewalk::dataplane::channel
