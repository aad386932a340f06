#include "dataplane/channel/sequence_store.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "config/number.hpp"
#include "config/region/trust.hpp"
#include "dataplane/channel/durable_file.hpp"
#include "dataplane/channel/received_table.hpp"

namespace ropewalk::dataplane::channel {

namespace {

/// None when there is no such file.
Result<std::optional<std::uint64_t>> read_number(const std::string& path, std::string_view way_out) {
    const auto text = read_file(path);
    if (!text) return tl::make_unexpected(text.error());
    if (!*text) return std::nullopt;
    const std::string_view word = std::string_view(**text).substr(0, (*text)->find('\n'));
    const auto number = config::parse_number<std::uint64_t>(word, 0, std::numeric_limits<std::uint64_t>::max());
    if (!number)
        return fail(
            fmt::format("{}: found '{}', not a decimal sequence number; {}", path, word.substr(0, 40), way_out));
    return number;
}

/// Whoever can take a record away, or put an old one in its place, can make numbers be used twice.
Result<void> check_folder(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return fail(fmt::format("{}: {}", path, std::strerror(errno)));
    const std::string misgiving = config::region::misgiving_about_folder(status, path);
    if (misgiving.empty()) return {};
    return fail(fmt::format("state_dir: {}; the records in it keep sequence numbers from being used twice", misgiving));
}

constexpr std::string_view way_out_of_sent =
    "without it numbers might be used twice under the same key: restore the file, or make a new key on both gateways "
    "(ropewalk genkey) and remove it";

constexpr std::string_view way_out_of_received =
    "without it packets that somebody recorded might be delivered again: restore the file, or make a new key on both "
    "gateways (ropewalk genkey) and remove it";

}  // namespace

Result<SequenceStore> SequenceStore::open(const std::string& state_dir) {
    const std::string folder = state_dir + "/sequence";
    auto usable = make_folder(folder);
    if (usable && ::access(folder.c_str(), W_OK) != 0)
        usable = fail(fmt::format("{}: {}", folder, std::strerror(errno)));
    if (!usable)
        return fail(fmt::format("state_dir {}: cannot write to it: {}; it keeps sequence numbers from being used twice",
                                state_dir, usable.error().message));
    for (const std::string& path : {state_dir, folder})
        if (auto safe = check_folder(path); !safe) return tl::make_unexpected(safe.error());
    if (auto synced = sync_folder(state_dir); !synced) return tl::make_unexpected(synced.error());
    return SequenceStore(folder);
}

std::string SequenceStore::sent_file(std::uint64_t key_id) const {
    return fmt::format("{}/{:016x}", folder_, key_id);
}

Result<std::uint64_t> SequenceStore::read_sent(std::uint64_t key_id) const {
    const auto limit = read_number(sent_file(key_id), way_out_of_sent);
    if (!limit) return tl::make_unexpected(limit.error());
    return limit->value_or(0);
}

Result<std::optional<std::uint64_t>> SequenceStore::read_received(std::uint64_t key_id) const {
    const auto text = read_file(received_file());
    if (!text) return tl::make_unexpected(text.error());
    if (*text) {
        const ReceivedTable table = ReceivedTable::parse(**text);
        if (const auto newest = table.newest(key_id)) return newest;
        if (table.is_damaged())
            return fail(fmt::format("{}: it is damaged and has no line for key {:016x}; {}", received_file(), key_id,
                                    way_out_of_received));
    }
    return read_number(sent_file(key_id) + ".received", way_out_of_received);
}

Result<void> SequenceStore::write_sent(std::uint64_t key_id, std::uint64_t limit) const {
    return replace_file(sent_file(key_id), fmt::format("{}\n", limit));
}

Result<void> SequenceStore::sync() const {
    return sync_folder(folder_);
}

Result<void> SequenceStore::record_received(std::span<const Received> numbers) const {
    const auto text = read_file(received_file());
    if (!text) return tl::make_unexpected(text.error());
    ReceivedTable table = *text ? ReceivedTable::parse(**text) : ReceivedTable();
    for (const Received& received : numbers) table.raise(received.key_id, received.newest);
    if (auto replaced = replace_file(received_file(), table.text()); !replaced) return replaced;
    return sync();
}

}  // namespace ropewalk::dataplane::channel
