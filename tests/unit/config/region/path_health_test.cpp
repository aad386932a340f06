#include "config/region/path_health.hpp"

#include <gtest/gtest.h>

#include "config/region/probe_sight.hpp"
#include "config/region/reception_figures.hpp"

namespace ropewalk::config::region {
namespace {

TEST(ReceptionFigures, come_back_as_they_were_packed) {
    const ReceptionFigures figures{125, 0x1234, 1600, 3200};
    EXPECT_EQ(ReceptionFigures::unpack(figures.pack()), figures);
    EXPECT_DOUBLE_EQ(figures.proven_loss(), 0.5);
    EXPECT_FALSE(ReceptionFigures().is_known());
    EXPECT_EQ(ReceptionFigures::unpack(ReceptionFigures().pack()), ReceptionFigures());
}

TEST(ReceptionFigures, are_bounded) {
    const ReceptionFigures figures{0, 0, 0xffff'ffff, 0xffff'ffff};
    EXPECT_EQ(ReceptionFigures::unpack(figures.pack()),
              (ReceptionFigures{0, 0, ReceptionFigures::most_us, ReceptionFigures::most_us}));
    for (unsigned absurd = ReceptionFigures::all_proven_lost + 1; absurd <= 0xff; ++absurd)
        EXPECT_FALSE((ReceptionFigures{static_cast<std::uint8_t>(absurd)}.is_known())) << absurd;
}

TEST(PathHealthCell, gives_back_what_was_stored) {
    const PathHealth health{PathState::slow, true, 3, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22};
    PathHealthCell cell;
    EXPECT_EQ(cell.load().state, PathState::unknown);
    cell.store(health);
    EXPECT_EQ(cell.load(), health);
}

TEST(ProbeSight, has_a_round_trip_only_where_its_times_can_be) {
    EXPECT_EQ((ProbeSight{.arrived_ns = 100, .answered_ns = 30, .kept_ns = 20}.round_trip_ns()), 50U);
    EXPECT_EQ((ProbeSight{.arrived_ns = 100, .answered_ns = 0, .kept_ns = 20}.round_trip_ns()), 0U);
    EXPECT_EQ((ProbeSight{.arrived_ns = 100, .answered_ns = 101, .kept_ns = 0}.round_trip_ns()), 0U);
    EXPECT_EQ((ProbeSight{.arrived_ns = 100, .answered_ns = 30, .kept_ns = 71}.round_trip_ns()), 0U);
    EXPECT_EQ((ProbeSight{.arrived_ns = 100, .answered_ns = 30, .kept_ns = ~std::uint64_t{0}}.round_trip_ns()), 0U);
}

TEST(ProbeSightCell, gives_back_what_was_stored) {
    const ProbeSight sight{1, 2, 3, 4000, 5, 0xffff'ffff, 0xdddd'dddd, 0xcccc'cccc, 0xeeee'eeee, 6, 7};
    ProbeSightCell cell;
    EXPECT_EQ(cell.load(), ProbeSight{});
    cell.store(sight);
    EXPECT_EQ(cell.load(), sight);
    EXPECT_EQ(cell.arrived_ns(), 1U);
    cell.store({.kept_ns = ~std::uint64_t{0}});
    EXPECT_EQ(cell.load().kept_ns, 0xffff'ffff * 1000ULL) << "bounded";
}

}  // namespace
}  // namespace ropewalk::config::region
