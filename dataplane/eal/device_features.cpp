#include "dataplane/eal/device_features.hpp"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

namespace ropewalk::dataplane::eal {

using config::region::FileDescriptor;

namespace {

bool ask(const FileDescriptor& socket, const std::string& interface, void* question) {
    ifreq request{};
    interface.copy(request.ifr_name, sizeof request.ifr_name - 1);
    request.ifr_data = static_cast<char*>(question);
    return ::ioctl(socket.number(), SIOCETHTOOL, &request) == 0;
}

/// A question to ethtool: its fixed part, then `count` elements.
template <class Question>
std::vector<std::uint8_t> question(std::uint32_t command, std::size_t bytes) {
    std::vector<std::uint8_t> memory(sizeof(Question) + bytes);
    std::memcpy(memory.data(), &command, sizeof command);
    return memory;
}

/// Number of features, and so of their names, that this kernel has.
std::uint32_t count_features(const FileDescriptor& socket, const std::string& interface) {
    auto memory = question<ethtool_sset_info>(ETHTOOL_GSSET_INFO, sizeof(std::uint32_t));
    auto& info = *reinterpret_cast<ethtool_sset_info*>(memory.data());
    info.sset_mask = 1ULL << ETH_SS_FEATURES;
    return ask(socket, interface, &info) && info.sset_mask != 0 ? info.data[0] : 0;
}

constexpr std::uint32_t blocks(std::uint32_t features) {
    return (features + 31) / 32;
}

/// Of tx-udp-segmentation among so many features; none in a kernel that does not know it.
std::optional<std::uint32_t> number_of_segmentation(const FileDescriptor& socket, const std::string& interface,
                                                    std::uint32_t count) {
    auto memory = question<ethtool_gstrings>(ETHTOOL_GSTRINGS, std::size_t{count} * ETH_GSTRING_LEN);
    auto& names = *reinterpret_cast<ethtool_gstrings*>(memory.data());
    names.string_set = ETH_SS_FEATURES;
    names.len = count;
    if (count == 0 || !ask(socket, interface, &names)) return std::nullopt;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto* name = reinterpret_cast<const char*>(names.data) + std::size_t{i} * ETH_GSTRING_LEN;
        if (std::string_view(name, ::strnlen(name, ETH_GSTRING_LEN)) == "tx-udp-segmentation") return i;
    }
    return std::nullopt;
}

}  // namespace

bool linux_takes_joined_datagrams() {
    utsname name{};
    unsigned major = 0, minor = 0;
    if (::uname(&name) != 0 || std::sscanf(name.release, "%u.%u", &major, &minor) != 2) return false;
    return major > 6 || (major == 6 && minor >= 2);
}

bool device_cuts_datagrams(const FileDescriptor& socket, const std::string& interface) {
    const std::uint32_t count = count_features(socket, interface);
    const auto feature = number_of_segmentation(socket, interface, count);
    if (!feature) return false;
    auto memory = question<ethtool_gfeatures>(ETHTOOL_GFEATURES, blocks(count) * sizeof(ethtool_get_features_block));
    auto& features = *reinterpret_cast<ethtool_gfeatures*>(memory.data());
    features.size = blocks(count);
    if (!ask(socket, interface, &features)) return false;
    return (features.features[*feature / 32].active >> (*feature % 32) & 1) != 0;
}

bool leave_cutting_to_the_kernel(const FileDescriptor& socket, const std::string& interface) {
    const std::uint32_t count = count_features(socket, interface);
    const auto feature = number_of_segmentation(socket, interface, count);
    if (!feature) return false;
    auto memory = question<ethtool_sfeatures>(ETHTOOL_SFEATURES, blocks(count) * sizeof(ethtool_set_features_block));
    auto& features = *reinterpret_cast<ethtool_sfeatures*>(memory.data());
    features.size = blocks(count);
    features.features[*feature / 32].valid = 1U << (*feature % 32);
    return ask(socket, interface, &features) && !device_cuts_datagrams(socket, interface);
}

std::uint32_t speed_mbit_of(const FileDescriptor& socket, const std::string& interface) {
    // The older of two questions, to which every kernel has an answer of fixed size.
    ethtool_cmd settings{};
    settings.cmd = ETHTOOL_GSET;
    if (!ask(socket, interface, &settings)) return 0;
    const std::uint32_t mbit = ethtool_cmd_speed(&settings);
    return mbit == static_cast<std::uint32_t>(SPEED_UNKNOWN) ? 0 : mbit;
}

}  // namespace ropewalk::dataplane::eal
