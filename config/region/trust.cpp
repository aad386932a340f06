#include "config/region/trust.hpp"

#include <unistd.h>

#include <limits>

#include <fmt/format.h>

namespace ropewalk::config::region {
namespace {

bool is_ours(uid_t user) {
    return user == 0 || user == ::geteuid();
}

}  // namespace

std::string owner_of(const struct stat& status) {
    return status.st_uid == 0 ? "root" : fmt::format("user {}", status.st_uid);
}

bool belongs_to_us(const struct stat& status) {
    return is_ours(status.st_uid);
}

bool is_written_by_us(const struct stat& status) {
    return belongs_to_us(status) && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

std::string misgiving_about(const struct stat& status) {
    if (!belongs_to_us(status))
        return fmt::format("it belongs to {}, which is neither root nor this one", owner_of(status));
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return fmt::format("its mode is {:04o} where 0600 is demanded", status.st_mode & 07777);
    return {};
}

bool is_our_process(std::uint64_t pid) {
    if (pid == 0 || pid > static_cast<std::uint64_t>(std::numeric_limits<pid_t>::max())) return false;
    struct stat status {};
    return ::stat(fmt::format("/proc/{}", pid).c_str(), &status) == 0 && belongs_to_us(status);
}

std::string misgiving_about_folder(const struct stat& status, const std::string& path) {
    if (!belongs_to_us(status))
        return fmt::format("the folder {} belongs to {}, who can replace what is in it; chown root {}", path,
                           owner_of(status), path);
    const bool others_write = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    if (others_write && (status.st_mode & S_ISVTX) == 0)
        return fmt::format("the folder {} has mode {:04o}, so others can replace what is in it; chmod go-w {}", path,
                           status.st_mode & 07777, path);
    return {};
}

}  // namespace ropewalk::config::region
