#include "config/region/inner_mtu.hpp"

#include <gtest/gtest.h>

#include "config/snapshot/build.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::config::region {
namespace {

TEST(InnerMtu, what_fits_and_what_is_needed_are_inverse) {
    for (const Family outer : {Family::ipv4, Family::ipv6})
        for (const Wire wire : {Wire::ropewalk, Wire::esp})
            for (std::uint16_t inner = min_mtu; inner < 1600; ++inner) {
                const std::uint16_t needed = outer_mtu_for(inner, outer, wire);
                EXPECT_GE(inner_mtu_for(needed, outer, wire), inner);
                EXPECT_LT(inner_mtu_for(static_cast<std::uint16_t>(needed - 1), outer, wire), inner);
            }
}

TEST(InnerMtu, the_least_is_ipv6s_where_a_tunnel_has_ipv6_inside) {
    const auto gateway = tests::unit::sample_gateway();
    const auto bytes = snapshot::build(gateway, tests::unit::resolved_for(gateway), 1).value();
    EXPECT_EQ(least_inner_mtus(View(bytes)), (std::vector<std::uint16_t>{min_mtu_ipv6, min_mtu}))
        << "of hub, which has an IPv6 prefix, and of depot, which has none";
}

}  // namespace
}  // namespace ropewalk::config::region
