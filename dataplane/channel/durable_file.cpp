#include "dataplane/channel/durable_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

namespace ropewalk::dataplane::channel {

namespace {

tl::unexpected<Error> failed(const std::string& path, int reason) {
    return fail(fmt::format("{}: {}", path, std::strerror(reason)));
}

}  // namespace

Result<std::optional<std::string>> read_file(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0 && errno == ENOENT) return std::nullopt;
    if (file < 0) return failed(path, errno);
    std::string text;
    std::array<char, 4096> part;
    ssize_t size;
    while ((size = ::read(file, part.data(), part.size())) > 0)
        text.append(part.data(), static_cast<std::size_t>(size));
    const int reason = errno;
    ::close(file);
    if (size < 0) return failed(path, reason);
    return text;
}

Result<void> replace_file(const std::string& path, const std::string& text) {
    const std::string fresh = path + ".new";
    const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return failed(fresh, errno);
    const bool written =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fdatasync(file) == 0;
    const int reason = errno;
    ::close(file);
    if (!written) return failed(fresh, reason);
    if (::rename(fresh.c_str(), path.c_str()) != 0) return failed(path, errno);
    return {};
}

Result<void> make_folder(const std::string& path) {
    std::filesystem::path folder;
    for (const std::filesystem::path& part : std::filesystem::path(path)) {
        folder /= part;
        const bool is_made = ::mkdir(folder.c_str(), S_IRWXU) == 0 && ::chmod(folder.c_str(), S_IRWXU) == 0;
        if (!is_made && errno != EEXIST) return failed(folder, errno);
    }
    return {};
}

Result<void> sync_folder(const std::string& folder) {
    const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = file >= 0 && ::fsync(file) == 0;
    const int reason = errno;
    if (file >= 0) ::close(file);
    if (!synced) return failed(folder, reason);
    return {};
}

}  // namespace ropewalk::dataplane::channel
