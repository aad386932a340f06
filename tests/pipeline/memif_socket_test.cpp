#include "dataplane/eal/memif_socket.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "config/region/file_descriptor.hpp"
#include "tests/packets/temporary_folder.hpp"

namespace ropewalk::tests::pipeline {
namespace {

using config::region::FileDescriptor;
using dataplane::eal::free_memif_socket;

FileDescriptor listen_at(const std::string& path) {
    FileDescriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket.number(), 1), 0);
    return socket;
}

class MemifSocket : public ::testing::Test {
protected:
    packets::TemporaryFolder folder;
    const std::string path = folder.path() + "/memif.sock";
};

TEST_F(MemifSocket, where_there_is_nothing_there_is_nothing_to_do) {
    EXPECT_TRUE(free_memif_socket(path));
}

TEST_F(MemifSocket, one_that_a_dead_server_left_goes) {
    listen_at(path);
    ASSERT_TRUE(std::filesystem::exists(path));
    EXPECT_TRUE(free_memif_socket(path));
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(MemifSocket, one_of_a_living_server_stays) {
    const FileDescriptor server = listen_at(path);
    const auto outcome = free_memif_socket(path);
    ASSERT_FALSE(outcome);
    EXPECT_NE(outcome.error().message.find("another process listens"), std::string::npos);
    EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(MemifSocket, a_file_is_nobodys_to_remove) {
    std::ofstream(path) << "mine";
    const auto outcome = free_memif_socket(path);
    ASSERT_FALSE(outcome);
    EXPECT_NE(outcome.error().message.find("is no socket"), std::string::npos);
    EXPECT_TRUE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace ropewalk::tests::pipeline
