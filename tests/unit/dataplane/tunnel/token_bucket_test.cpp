#include "dataplane/tunnel/token_bucket.hpp"

#include <gtest/gtest.h>

namespace ropewalk::dataplane::tunnel {
namespace {

constexpr std::uint64_t ms = 1'000'000, s = 1'000 * ms;

/// How many of `tries` at one time get a token.
unsigned taken(TokenBucket& bucket, std::uint64_t now_ns, unsigned tries = 1000) {
    unsigned count = 0;
    for (unsigned i = 0; i < tries; ++i) count += bucket.take(now_ns) ? 1 : 0;
    return count;
}

TEST(TokenBucket, is_full_at_first_whatever_time_it_is) {
    for (const std::uint64_t now : {std::uint64_t{0}, s, ~std::uint64_t{0} / 2}) {
        TokenBucket bucket(100, 50);
        EXPECT_EQ(taken(bucket, now), 50U) << now;
    }
}

TEST(TokenBucket, gets_a_token_at_each_interval_and_not_before) {
    TokenBucket bucket(100, 50);
    taken(bucket, s);
    EXPECT_EQ(taken(bucket, s + 10 * ms - 1), 0U);
    EXPECT_EQ(taken(bucket, s + 10 * ms), 1U);
    EXPECT_EQ(taken(bucket, s + 30 * ms - 1), 1U);
    EXPECT_EQ(taken(bucket, s + 30 * ms), 1U);
}

TEST(TokenBucket, fills_up_and_never_beyond) {
    TokenBucket bucket(100, 50);
    taken(bucket, s);
    EXPECT_EQ(taken(bucket, s + 490 * ms), 49U);
    EXPECT_EQ(taken(bucket, s + 490 * ms + 3'600 * s), 50U);
}

TEST(TokenBucket, that_is_asked_all_the_time_lets_the_rate_pass) {
    TokenBucket bucket(100, 50);
    unsigned count = 0;
    for (std::uint64_t now = s; now < 11 * s; now += ms / 10) count += taken(bucket, now, 3);
    EXPECT_EQ(count, 50U + 999) << "what was there, and one every 10 ms before the end";
}

TEST(TokenBucket, of_one_lets_one_pass_at_a_time) {
    TokenBucket bucket(1, 1);
    EXPECT_EQ(taken(bucket, s), 1U);
    EXPECT_EQ(taken(bucket, 2 * s - 1), 0U);
    EXPECT_EQ(taken(bucket, 2 * s), 1U);
}

}  // namespace
}  // namespace ropewalk::dataplane::tunnel
