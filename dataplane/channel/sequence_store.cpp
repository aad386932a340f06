#include "dataplane/channel/sequence_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace ropewalk::dataplane::channel {

namespace {

/// A new name is on disk only when its folder is.
Result<void> sync_folder(const std::string& folder) {
    const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = file >= 0 && ::fsync(file) == 0;
    const int reason = errno;
    if (file >= 0) ::close(file);
    if (!synced) return fail(fmt::format("{}: {}", folder, std::strerror(reason)));
    return {};
}

}  // namespace

Result<SequenceStore> SequenceStore::open(const std::string& state_dir) {
    const std::string folder = state_dir + "/sequence";
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error || ::access(folder.c_str(), W_OK) != 0)
        return fail(fmt::format("state_dir {}: cannot write to {}: {}; it keeps sequence numbers from being used twice",
                                state_dir, folder, error ? error.message() : std::strerror(errno)));
    if (auto synced = sync_folder(state_dir); !synced) return tl::make_unexpected(synced.error());
    return SequenceStore(folder);
}

std::string SequenceStore::file_of(std::uint64_t key_id, Direction direction) const {
    return fmt::format("{}/{:016x}{}", folder_, key_id, direction == Direction::received ? ".received" : "");
}

Result<std::uint64_t> SequenceStore::read(std::uint64_t key_id, Direction direction) const {
    const std::string path = file_of(key_id, direction);
    std::error_code error;
    if (!std::filesystem::exists(path, error) && !error) return 0;

    std::ifstream file(path);
    std::string text;
    file >> text;
    std::uint64_t limit = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (text.empty() || status != std::errc() || end != text.data() + text.size())
        return fail(fmt::format(
            "{}: found '{}', not a decimal sequence number; without it numbers might be used twice under the same key: "
            "restore the file, or make a new key on both gateways (ropewalk genkey) and remove it",
            path, text.substr(0, 40)));
    return limit;
}

Result<void> SequenceStore::record(std::uint64_t key_id, std::uint64_t limit, Direction direction) const {
    const std::string path = file_of(key_id, direction);
    const std::string fresh = path + ".new";
    const std::string text = fmt::format("{}\n", limit);

    const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return fail(fmt::format("{}: {}", fresh, std::strerror(errno)));
    const bool written =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fdatasync(file) == 0;
    const int reason = errno;
    ::close(file);
    if (!written) return fail(fmt::format("{}: {}", fresh, std::strerror(reason)));
    if (::rename(fresh.c_str(), path.c_str()) != 0) return fail(fmt::format("{}: {}", path, std::strerror(errno)));
    return {};
}

}  // namespace ropewalk::dataplane::channel
