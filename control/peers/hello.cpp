#include "control/peers/hello.hpp"

#include <algorithm>
#include <cstring>

#include "config/region/control_messages.hpp"

namespace ropewalk::control::peers {
namespace {

using config::region::MessageType;

constexpr std::uint8_t hello_layout = 3, first_layout_with_shards = 2, first_layout_with_features = 3;
constexpr std::size_t version_at = 4, name_at = 12, name_bytes = 32, uuid_at = 44, shards_at = 60, features_at = 64;
constexpr std::size_t hello_bytes_with_shards = 64;
constexpr std::uint8_t feature_answers_mtu_probes = 1 << 0, feature_probes_paths = 1 << 1;

bool is_name_byte(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '-' || byte == '_' || byte == '.';
}

}  // namespace

std::array<std::uint8_t, hello_bytes> encode(const Hello& hello) {
    std::array<std::uint8_t, hello_bytes> bytes{};
    bytes[0] = static_cast<std::uint8_t>(MessageType::hello);
    bytes[1] = hello_layout;
    for (std::size_t i = 0; i < hello.version.size(); ++i) {
        bytes[version_at + 2 * i] = static_cast<std::uint8_t>(hello.version[i] >> 8);
        bytes[version_at + 2 * i + 1] = static_cast<std::uint8_t>(hello.version[i]);
    }
    std::copy_n(hello.gateway.begin(), std::min(hello.gateway.size(), name_bytes - 1), bytes.begin() + name_at);
    std::ranges::copy(hello.life_uuid, bytes.begin() + uuid_at);
    bytes[shards_at] = hello.shards;
    if (hello.answers_mtu_probes) bytes[features_at] |= feature_answers_mtu_probes;
    if (hello.probes_paths) bytes[features_at] |= feature_probes_paths;
    return bytes;
}

std::optional<Hello> decode_hello(std::span<const std::uint8_t> bytes) {
    if (config::region::type_of(bytes) != MessageType::hello || bytes[1] == 0) return std::nullopt;
    const bool has_shards = bytes[1] >= first_layout_with_shards;
    const bool has_features = bytes[1] >= first_layout_with_features;
    if (has_shards && bytes.size() < hello_bytes_with_shards) return std::nullopt;
    if (has_features && bytes.size() < hello_bytes) return std::nullopt;
    const auto* const name = reinterpret_cast<const char*>(bytes.data() + name_at);
    Hello hello;
    hello.gateway.assign(name, ::strnlen(name, name_bytes));
    if (hello.gateway.empty() || hello.gateway.size() == name_bytes ||
        !std::ranges::all_of(hello.gateway, is_name_byte))
        return std::nullopt;
    for (std::size_t i = 0; i < hello.version.size(); ++i)
        hello.version[i] = static_cast<std::uint16_t>(bytes[version_at + 2 * i] << 8 | bytes[version_at + 2 * i + 1]);
    std::copy_n(bytes.begin() + uuid_at, hello.life_uuid.size(), hello.life_uuid.begin());
    // More than we can choose from is as good as one: the first port is always heard.
    if (has_shards && bytes[shards_at] >= 1 && bytes[shards_at] <= config::region::max_shards)
        hello.shards = bytes[shards_at];
    const std::uint8_t features = has_features ? bytes[features_at] : std::uint8_t{0};
    hello.answers_mtu_probes = (features & feature_answers_mtu_probes) != 0;
    hello.probes_paths = (features & feature_probes_paths) != 0;
    return hello;
}

}  // namespace ropewalk::control::peers
