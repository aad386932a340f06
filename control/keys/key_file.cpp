#include "control/keys/key_file.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "config/region/file_descriptor.hpp"
#include "config/region/trust.hpp"
#include "control/keys/base64.hpp"

namespace ropewalk::control::keys {

using config::region::FileDescriptor;

namespace {

/// Room for a key and generous comments.
constexpr std::size_t largest_key_file = 4096;

tl::unexpected<Error> refuse(const std::string& path, std::string_view what) {
    return fail(fmt::format("key file {}: {}", path, what));
}

/// Why it could not be opened, with what mends that where it is known.
std::string opening_failure(const std::string& path, int error) {
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    if (error == ENOENT && !folder.empty() && ::access(folder.c_str(), F_OK) != 0)
        return fmt::format("there is no folder {0}; make it, for root alone: install -d -m 700 {0}", folder.string());
    if (error == EACCES || error == EPERM) return fmt::format("{}; run as root", std::strerror(error));
    return std::strerror(error);
}

std::string_view without_comment_and_blanks(std::string_view line) {
    line = line.substr(0, line.find('#'));
    const std::size_t first = line.find_first_not_of(" \t\r");
    if (first == line.npos) return {};
    return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

Result<void> check_kind_and_owner(const FileDescriptor& file, const std::string& path) {
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) return refuse(path, std::strerror(errno));
    if (!S_ISREG(status.st_mode)) return refuse(path, "not a regular file; name the file that `ropewalk genkey` wrote");
    const unsigned mode = status.st_mode & 07777U;
    if ((mode & 077U) != 0)
        return refuse(path,
                      fmt::format("mode is {:04o}, so others than its owner may use it; chmod 600 {}", mode, path));
    if (!config::region::belongs_to_us(status))
        return refuse(path, fmt::format("it belongs to {}, who can put another key into it; chown root {}",
                                        config::region::owner_of(status), path));
    return {};
}

/// Who may write to its folder can put another file in its place.
Result<void> check_folder_of(const std::string& path) {
    const std::string parent = std::filesystem::path(path).parent_path();
    const std::string folder = parent.empty() ? "." : parent;
    struct stat status {};
    if (::stat(folder.c_str(), &status) != 0) return refuse(folder, std::strerror(errno));
    const std::string misgiving = config::region::misgiving_about_folder(status, folder);
    if (!misgiving.empty()) return refuse(path, misgiving);
    return {};
}

}  // namespace

Result<StaticKey> read_key_file(const std::string& path) {
    // O_NONBLOCK: a FIFO must not hold us up before its kind is known.
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file && errno == ENOENT)
        return refuse(
            path, fmt::format("no such file; copy the peer's, or make the first one with `ropewalk genkey {}`", path));
    if (!file) return refuse(path, opening_failure(path, errno));
    if (auto usable = check_kind_and_owner(file, path); !usable) return tl::make_unexpected(usable.error());
    if (auto safe = check_folder_of(path); !safe) return tl::make_unexpected(safe.error());

    std::string text(largest_key_file + 1, '\0');
    const ssize_t size = ::read(file.number(), text.data(), text.size());
    if (size < 0) return refuse(path, std::strerror(errno));
    text.resize(static_cast<std::size_t>(size));
    auto key = parse_key_text(text, path);
    ::explicit_bzero(text.data(), text.size());
    return key;
}

Result<StaticKey> parse_key_text(std::string_view text, const std::string& path) {
    if (text.size() > largest_key_file)
        return refuse(path, fmt::format("longer than {} bytes; it must hold one line: 32 random bytes in base64, as "
                                        "`ropewalk genkey` writes it",
                                        largest_key_file));
    std::optional<std::string_view> found;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = without_comment_and_blanks(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty()) continue;
        if (found) return refuse(path, "holds more than one line beside comments; one key is allowed");
        found = line;
    }
    if (!found) return refuse(path, "holds no key; make one with `ropewalk genkey`");
    auto bytes = from_base64(*found);
    if (!bytes) return refuse(path, "not base64; it must hold one line: 32 random bytes in base64");
    const std::size_t size = bytes->size();
    StaticKey key;
    std::copy_n(bytes->begin(), std::min(size, static_key_bytes), key.begin());
    ::explicit_bzero(bytes->data(), size);
    if (size != static_key_bytes)
        return refuse(path, fmt::format("the key is too {}: {} bytes; exactly {} are allowed",
                                        size < static_key_bytes ? "short" : "long", size, static_key_bytes));
    return key;
}

Result<StaticKey> make_static_key() {
    StaticKey key;
    if (::getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size()))
        return fail(fmt::format("the kernel gave no random bytes: {}", std::strerror(errno)));
    return key;
}

std::string key_line(const StaticKey& key) {
    return to_base64(key) + "\n";
}

Result<void> write_key_file(const std::string& path, const StaticKey& key) {
    const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!file && errno == EEXIST)
        return refuse(path, "exists already and may be in use; remove it first, or write another file");
    if (!file) return refuse(path, opening_failure(path, errno));
    const std::string line = key_line(key);
    if (::fchmod(file.number(), S_IRUSR | S_IWUSR) != 0 ||
        ::write(file.number(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
        const int error = errno;
        ::unlink(path.c_str());
        return refuse(path, std::strerror(error));
    }
    return {};
}

}  // namespace ropewalk::control::keys
