#include "control/paths/icmp_hints.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::control::paths {
namespace {

using config::schema::parse_endpoint;
using config::schema::parse_ip_address;

IcmpError error_of(const std::string& offender, std::uint8_t type, std::uint8_t code, std::uint32_t mtu = 0) {
    return {parse_endpoint("203.0.113.1:4500").value(),
            parse_endpoint("198.51.100.1:10001").value(),
            parse_ip_address(offender).value(),
            type,
            code,
            mtu};
}

TEST(IcmpError, SaysWhoSaysWhatOfWhomAndWhatMendsIt) {
    const auto says = [](const std::string& offender, std::uint8_t type, std::uint8_t code, std::uint32_t mtu = 0) {
        return sentence_of(error_of(offender, type, code, mtu));
    };
    const auto expect = [](const std::string& sentence, const std::string& what, const std::string& remedy) {
        EXPECT_NE(sentence.find(what), std::string::npos) << sentence;
        EXPECT_NE(sentence.find(remedy), std::string::npos) << sentence;
    };
    EXPECT_EQ(says("192.0.2.77", 3, 1),
              "192.0.2.77 says by ICMP of copies to 198.51.100.1:10001: host unreachable; look at the routes there, "
              "and at the peer's link");
    expect(says("192.0.2.77", 3, 0), "network unreachable", "routes");
    expect(says("192.0.2.77", 3, 3), "port unreachable", "start the peer");
    expect(says("192.0.2.77", 3, 13), "administratively prohibited", "UDP from 203.0.113.1:4500 to 198.51.100.1:10001");
    expect(says("192.0.2.77", 3, 10), "host administratively prohibited", "firewall");
    expect(says("192.0.2.77", 3, 4, 1400), "fragmentation needed, 1400 bytes pass", "`mtu`");
    expect(says("192.0.2.77", 11, 0), "time exceeded", "circle");
    expect(says("192.0.2.77", 12, 5), "type 12, code 5", "look");
    expect(says("2001:db8::7", 1, 4), "port unreachable", "start the peer");
    expect(says("2001:db8::7", 1, 0), "no route", "routes");
    expect(says("2001:db8::7", 1, 1), "administratively prohibited", "firewall");
    expect(says("2001:db8::7", 1, 3), "address unreachable", "routes");
    expect(says("2001:db8::7", 2, 0, 1280), "packet too big, 1280 bytes pass", "`mtu`");
    expect(says("2001:db8::7", 3, 0), "time exceeded", "circle");
}

/// Three tunnels behind one address of ours, their peers behind one address of theirs, a port each from 10000 on.
class IcmpHintsTest : public ::testing::Test {
protected:
    static constexpr std::uint64_t second = 1'000'000'000;

    void SetUp() override { hints.configure(gateway, resolved); }
    std::string of(const std::string& path) const {
        const auto* const hint = hints.find(resolved.path_slots.at(path));
        return hint == nullptr ? std::string() : hint->sentence;
    }
    void take(const IcmpError& error) {
        const std::vector<IcmpError> errors{error};
        hints.run(errors, now);
    }
    unsigned told() const {
        unsigned count = 0;
        for (const auto& [path, slot] : resolved.path_slots) count += hints.find(slot) == nullptr ? 0U : 1U;
        return count;
    }

    const config::schema::Gateway gateway = tests::unit::hub_with(3);
    const config::snapshot::Resolved resolved = tests::unit::resolved_for(gateway);
    IcmpHints hints;
    std::uint64_t now = 100 * second;
};

TEST_F(IcmpHintsTest, AreOfThePathWhoseCopyIsQuoted) {
    take(error_of("192.0.2.77", 3, 3));
    EXPECT_NE(of("site1/path0"), "");
    EXPECT_EQ(told(), 1U);
}

TEST_F(IcmpHintsTest, OfOthersPacketsAreNone) {
    for (auto change : {+[](IcmpError& error) { error.local.udp_port = 4501; },
                        +[](IcmpError& error) { error.local.address = error.offender; },
                        +[](IcmpError& error) { error.peer.address = error.offender; },
                        +[](IcmpError& error) { error.peer.udp_port = 9999; },
                        +[](IcmpError& error) { error.peer.udp_port = 10'018; }}) {
        IcmpError error = error_of("192.0.2.77", 3, 3);
        change(error);
        take(error);
    }
    EXPECT_EQ(told(), 0U);
}

TEST_F(IcmpHintsTest, EndSomeTimeAfterTheLast) {
    take(error_of("192.0.2.77", 3, 3));
    now += IcmpHints::hint_lasts_ns - 1;
    take(error_of("192.0.2.77", 3, 1));
    EXPECT_NE(of("site1/path0").find("host unreachable"), std::string::npos) << "the newest speaks";
    now += IcmpHints::hint_lasts_ns - 1;
    hints.run({}, now);
    EXPECT_NE(of("site1/path0"), "");
    hints.run({}, ++now);
    EXPECT_EQ(of("site1/path0"), "");
}

TEST_F(IcmpHintsTest, OfTooBigOnesLastUntilTheKernelAsksAgain) {
    take(error_of("192.0.2.77", 3, 4, 1400));
    now += 600 * second;
    hints.run({}, now);
    EXPECT_NE(of("site1/path0"), "");
    now += 600 * second;
    hints.run({}, now);
    EXPECT_EQ(of("site1/path0"), "");
}

TEST_F(IcmpHintsTest, StayOverAReloadOfWhatStays) {
    take(error_of("192.0.2.77", 3, 3));
    auto changed = gateway;
    changed.tunnels.erase(changed.tunnels.begin());
    hints.configure(changed, resolved);
    EXPECT_NE(of("site1/path0"), "");
    hints.configure(tests::unit::hub_with(1), resolved);
    EXPECT_EQ(told(), 0U);
}

}  // namespace
}  // namespace ropewalk::control::paths
