#include "dataplane/eal/network_card.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <fstream>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <rte_ethdev.h>

namespace ropewalk::dataplane::eal {

namespace {

using std::filesystem::path;

/// Drivers that hand a device to a process.
constexpr std::array<std::string_view, 3> handing_over{"vfio-pci", "uio_pci_generic", "igb_uio"};
/// Kernel drivers that DPDK's share the card with.
constexpr std::array<std::string_view, 3> sharing{"mlx4_core", "mlx5_core", "mana"};

/// DPDK's driver of e1000 and e1000e.
constexpr std::string_view older_intel = "net_e1000_em";

std::vector<std::string> names_in(const path& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error))
        names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
}

/// A file of one word, such as 0x020000; empty where there is none.
std::string word_in(const path& file) {
    std::string word;
    std::ifstream(file) >> word;
    return word;
}

/// Empty where no driver is bound.
std::string driver_of(const path& device) {
    std::error_code error;
    return std::filesystem::read_symlink(device / "driver", error).filename();
}

/// The base class 02 of the PCI specification.
bool is_network_card(const path& device) {
    return word_in(device / "class").starts_with("0x02");
}

std::string cards_here(const path& pci) {
    std::vector<std::string> cards;
    for (const std::string& name : names_in(pci / "devices"))
        if (is_network_card(pci / "devices" / name)) cards.push_back(name);
    return cards.empty() ? "there is no network card on PCI here"
                         : fmt::format("network cards here: {}", fmt::join(cards, ", "));
}

/// The kernel's interface of a card, empty where there is none. Those of virtio are a level below.
std::string interface_of(const path& device) {
    if (const auto names = names_in(device / "net"); !names.empty()) return names.front();
    for (const std::string& below : names_in(device))
        if (below.starts_with("virtio"))
            if (const auto names = names_in(device / below / "net"); !names.empty()) return names.front();
    return {};
}

/// One that stands in the same IOMMU group and belongs to the kernel, which keeps the whole group from processes.
std::string in_the_way(const path& pci, const std::string& address) {
    for (const std::string& name : names_in(pci / "devices" / address / "iommu_group" / "devices")) {
        const std::string driver = driver_of(pci / "devices" / name);
        if (name != address && !driver.empty() && driver != "pcieport" &&
            std::ranges::find(handing_over, driver) == handing_over.end())
            return fmt::format("{} ({})", name, driver);
    }
    return {};
}

std::string how_to_bind(const path& pci, const std::string& address) {
    std::error_code error;
    const bool is_loaded = std::filesystem::exists(pci / "drivers" / "vfio-pci", error);
    return fmt::format("{}dpdk-devbind.py --bind=vfio-pci {}", is_loaded ? "" : "modprobe vfio-pci; ", address);
}

}  // namespace

std::string why_no_port(const std::string& address, const path& pci) {
    const path device = pci / "devices" / address;
    std::error_code error;
    if (!std::filesystem::exists(device, error))
        return fmt::format("no PCI device has the address {}; {}", address, cards_here(pci));
    if (!is_network_card(device))
        return fmt::format("PCI device {} is no network card (class {}); {}", address, word_in(device / "class"),
                           cards_here(pci));
    const std::string driver = driver_of(device);
    if (driver.empty())
        return fmt::format("network card {} is bound to no driver; bind it: {}", address, how_to_bind(pci, address));
    const bool is_handed_over = std::ranges::find(handing_over, driver) != handing_over.end();
    if (!is_handed_over && std::ranges::find(sharing, driver) == sharing.end()) {
        const std::string interface = interface_of(device);
        return fmt::format("network card {} is still bound to the kernel's driver {}{}; bind it anew: {}{}", address,
                           driver, interface.empty() ? "" : fmt::format(" (interface {})", interface),
                           interface.empty() ? "" : fmt::format("ip link set {} down; ", interface),
                           how_to_bind(pci, address));
    }
    if (const std::string other = in_the_way(pci, address); is_handed_over && !other.empty())
        return fmt::format(
            "network card {} is bound to {}, but shares its IOMMU group with {}; bind that one, too, or "
            "put the card into another slot",
            address, driver, other);
    return fmt::format(
        "network card {} is rightly bound to {}, but DPDK did not take it: what it says above tells why ('busy': "
        "another "
        "process has the card); if it says nothing, no DPDK driver for {}:{} is installed (Debian: the package of "
        "librte-net-* for such cards)",
        address, driver, word_in(device / "vendor"), word_in(device / "device"));
}

std::uint64_t hash_fields(Traffic traffic, std::uint64_t offers) {
    // Each path is a UDP flow of its own. A card that does not know UDP can still tell paths of different addresses
    // apart.
    constexpr std::uint64_t paths = RTE_ETH_RSS_NONFRAG_IPV4_UDP | RTE_ETH_RSS_NONFRAG_IPV6_UDP;
    constexpr std::uint64_t users = RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP;
    if (traffic == Traffic::users) return offers & users;
    return (offers & paths) != 0 ? offers & paths : offers & RTE_ETH_RSS_IP;
}

std::uint16_t filled_receive_queues(std::string_view driver, std::uint16_t most) {
    // It names two queues for some cards, but never has them spread packets: the second would stay empty, and its
    // worker without work.
    return driver == older_intel ? std::min<std::uint16_t>(most, 1) : most;
}

std::uint16_t largest_whole_mtu(std::string_view driver, std::uint16_t driver_says, std::uint16_t buffer) {
    // It uses a power of two of each buffer and cuts what is longer; it reckons with header, check sequence and two
    // VLANs.
    constexpr unsigned beside = 14 + 4 + 2 * 4;
    if (driver != older_intel) return driver_says;
    return static_cast<std::uint16_t>(std::min<unsigned>(driver_says, std::bit_floor(buffer) - beside));
}

}  // namespace ropewalk::dataplane::eal
