#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <rte_ethdev.h>
#include <unistd.h>

#include "dataplane/eal/network_card.hpp"

namespace ropewalk::dataplane::eal {
namespace {

namespace fs = std::filesystem;

constexpr const char* address = "0000:05:00.0";

/// What the kernel would show under /sys/bus/pci.
class NetworkCard : public testing::Test {
protected:
    NetworkCard() { fs::create_directories(pci_ / "drivers"); }
    ~NetworkCard() override { fs::remove_all(pci_); }

    void add(const std::string& name, const std::string& device_class = "0x020000") {
        fs::create_directories(device(name));
        write(device(name) / "class", device_class);
        write(device(name) / "vendor", "0x1af4");
        write(device(name) / "device", "0x1041");
    }
    void bind(const std::string& name, const std::string& driver) {
        fs::create_directories(pci_ / "drivers" / driver);
        fs::create_directory_symlink("../../drivers/" + driver, device(name) / "driver");
    }
    fs::path device(const std::string& name) const { return pci_ / "devices" / name; }
    std::string reason() const { return why_no_port(address, pci_); }

private:
    static void write(const fs::path& file, const std::string& text) { std::ofstream(file) << text << '\n'; }

    fs::path pci_ = fs::temp_directory_path() / ("ropewalk-pci-" + std::to_string(::getpid()));
};

TEST_F(NetworkCard, NoDeviceAtTheAddress) {
    EXPECT_EQ(reason(), "no PCI device has the address 0000:05:00.0; there is no network card on PCI here");
    add("0000:07:00.0");
    add("0000:06:00.0");
    add("0000:00:01.0", "0x060400");
    EXPECT_EQ(reason(), "no PCI device has the address 0000:05:00.0; network cards here: 0000:06:00.0, 0000:07:00.0");
}

TEST_F(NetworkCard, AnotherKindOfDevice) {
    add(address, "0x010802");
    add("0000:06:00.0");
    EXPECT_EQ(reason(),
              "PCI device 0000:05:00.0 is no network card (class 0x010802); network cards here: 0000:06:00.0");
}

TEST_F(NetworkCard, NotBound) {
    add(address);
    EXPECT_EQ(reason(),
              "network card 0000:05:00.0 is bound to no driver; bind it: modprobe vfio-pci; dpdk-devbind.py "
              "--bind=vfio-pci 0000:05:00.0");
    add("0000:06:00.0");
    bind("0000:06:00.0", "vfio-pci");
    EXPECT_EQ(reason(),
              "network card 0000:05:00.0 is bound to no driver; bind it: dpdk-devbind.py --bind=vfio-pci "
              "0000:05:00.0");
}

TEST_F(NetworkCard, BoundToTheKernel) {
    add(address);
    bind(address, "e1000e");
    EXPECT_EQ(reason(),
              "network card 0000:05:00.0 is still bound to the kernel's driver e1000e; bind it anew: modprobe "
              "vfio-pci; dpdk-devbind.py --bind=vfio-pci 0000:05:00.0");
    fs::create_directories(device(address) / "net" / "eth2");
    EXPECT_NE(reason().find("e1000e (interface eth2); bind it anew: ip link set eth2 down; "), std::string::npos);
}

TEST_F(NetworkCard, BoundToTheKernelAsVirtio) {
    add(address);
    bind(address, "virtio-pci");
    fs::create_directories(device(address) / "virtio3" / "net" / "eth0");
    EXPECT_NE(reason().find("virtio-pci (interface eth0)"), std::string::npos) << reason();
}

TEST_F(NetworkCard, BoundRightlyButNotTaken) {
    add(address);
    bind(address, "vfio-pci");
    EXPECT_NE(reason().find("is rightly bound to vfio-pci, but DPDK did not take it"), std::string::npos) << reason();
    EXPECT_NE(reason().find("0x1af4:0x1041"), std::string::npos) << reason();
}

TEST_F(NetworkCard, SharedWithTheKernelAsItsDriverWantsIt) {
    add(address);
    bind(address, "mlx5_core");
    EXPECT_NE(reason().find("is rightly bound to mlx5_core"), std::string::npos) << reason();
}

TEST_F(NetworkCard, AnotherOfItsGroupStaysWithTheKernel) {
    add(address);
    bind(address, "vfio-pci");
    add("0000:00:01.0", "0x060400");
    bind("0000:00:01.0", "pcieport");
    for (const char* member : {address, "0000:00:01.0"})
        fs::create_directories(device(address) / "iommu_group" / "devices" / member);
    EXPECT_NE(reason().find("is rightly bound"), std::string::npos) << "a bridge is in nobody's way: " << reason();
    add("0000:05:00.1");
    bind("0000:05:00.1", "igb");
    fs::create_directories(device(address) / "iommu_group" / "devices" / "0000:05:00.1");
    EXPECT_NE(reason().find("shares its IOMMU group with 0000:05:00.1 (igb)"), std::string::npos) << reason();
}

TEST(NetworkCardQueues, OnlyThoseThatPacketsComeBy) {
    EXPECT_EQ(filled_receive_queues("net_virtio", 4), 4);
    EXPECT_EQ(filled_receive_queues("net_e1000_em", 2), 1);
    EXPECT_EQ(filled_receive_queues("net_e1000_em", 0), 0);
}

TEST(NetworkCardQueues, SpreadPathsByPortsOrElseByAddresses) {
    constexpr std::uint64_t udp = RTE_ETH_RSS_NONFRAG_IPV4_UDP, ip = RTE_ETH_RSS_IPV4,
                            tcp = RTE_ETH_RSS_NONFRAG_IPV4_TCP;
    EXPECT_EQ(hash_fields(Traffic::copies, udp | ip | tcp | RTE_ETH_RSS_VXLAN), udp);
    EXPECT_EQ(hash_fields(Traffic::copies, ip | tcp), ip);
    EXPECT_EQ(hash_fields(Traffic::copies, tcp), 0U);
    EXPECT_EQ(hash_fields(Traffic::users, udp | ip | tcp | RTE_ETH_RSS_VXLAN), udp | ip | tcp);
    EXPECT_EQ(hash_fields(Traffic::users, 0), 0U);
}

TEST(NetworkCardMtu, WhatTheDriverTakesInOnePiece) {
    EXPECT_EQ(largest_whole_mtu("net_virtio", 9698, 10240), 9698);
    EXPECT_EQ(largest_whole_mtu("net_e1000_em", 9216, 10240), 8166);
    EXPECT_EQ(largest_whole_mtu("net_e1000_em", 9216, 2048), 2022);
    EXPECT_EQ(largest_whole_mtu("net_e1000_em", 9216, 16384), 9216);
}

}  // namespace
}  // namespace ropewalk::dataplane::eal
