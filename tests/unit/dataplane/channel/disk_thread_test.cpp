#include "dataplane/channel/disk_thread.hpp"

#include <future>
#include <vector>

#include <gtest/gtest.h>

namespace ropewalk::dataplane::channel {
namespace {

TEST(DiskThread, keeps_nobody_waiting_and_does_every_job_in_its_order) {
    std::promise<void> disk_moves;
    std::vector<int> done;
    DiskThread disk;
    disk.add([&, moves = disk_moves.get_future().share()] {
        moves.wait();
        done.push_back(1);
    });
    for (int job = 2; job <= 100; ++job) disk.add([&done, job] { done.push_back(job); });
    disk_moves.set_value();  // it would never be reached if add() waited
    disk.finish();
    ASSERT_EQ(done.size(), 100U);
    for (int job = 1; job <= 100; ++job) EXPECT_EQ(done[static_cast<std::size_t>(job - 1)], job);
}

TEST(DiskThread, does_what_is_left_when_it_ends) {
    bool done = false;
    {
        DiskThread().add([&done] { done = true; });
    }
    EXPECT_TRUE(done);
}

}  // namespace
}  // namespace ropewalk::dataplane::channel
