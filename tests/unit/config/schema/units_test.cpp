#include "config/schema/units.hpp"

#include <gtest/gtest.h>

namespace ropewalk::config::schema {
namespace {

TEST(Units, sizes) {
    EXPECT_EQ(parse_bytes("0B"), Bytes{0});
    EXPECT_EQ(parse_bytes("1400B"), Bytes{1400});
    EXPECT_EQ(parse_bytes("64kB"), Bytes{64'000});
    EXPECT_EQ(parse_bytes("64KiB"), Bytes{65'536});
    EXPECT_EQ(parse_bytes("1.5MB"), Bytes{1'500'000});
    EXPECT_EQ(parse_bytes("1.5MiB"), Bytes{1'572'864});
    EXPECT_EQ(parse_bytes("1GB"), Bytes{1'000'000'000});
    EXPECT_EQ(parse_bytes("16777215GiB"), Bytes{16777215ULL << 30});
    EXPECT_EQ(parse_bytes("00018446744073709551B"), std::nullopt) << "more digits than any size needs";
}

TEST(Units, rates) {
    EXPECT_EQ(parse_rate("800kbit"), BitsPerSecond{800'000});
    EXPECT_EQ(parse_rate("80mbit"), BitsPerSecond{80'000'000});
    EXPECT_EQ(parse_rate("1.5gbit"), BitsPerSecond{1'500'000'000});
    EXPECT_EQ(parse_rate("0.001kbit"), BitsPerSecond{1});
    EXPECT_EQ(parse_rate("64bit"), BitsPerSecond{64});
}

TEST(Units, durations) {
    EXPECT_EQ(parse_duration("500us"), std::chrono::microseconds(500));
    EXPECT_EQ(parse_duration("50ms"), std::chrono::milliseconds(50));
    EXPECT_EQ(parse_duration("2s"), std::chrono::seconds(2));
    EXPECT_EQ(parse_duration("0.5ms"), std::chrono::microseconds(500));
    EXPECT_EQ(parse_duration("9223372036s"), std::chrono::seconds(9223372036));
    EXPECT_EQ(parse_duration("9223372037s"), std::nullopt) << "beyond what nanoseconds in 63 bits can say";
}

TEST(Units, malformed_texts_are_refused) {
    for (const char* text : {"",
                             "B",
                             "1400",
                             "1400 B",
                             " 1400B",
                             "1400B ",
                             "-1B",
                             "+1B",
                             "1,4kB",
                             ".5kB",
                             "5.kB",
                             "1.2.3kB",
                             "1400b",
                             "1400Kib",
                             "0.5B",
                             "1e3B",
                             "0x10B",
                             "99999999999GiB",
                             "18446744073709551616B",
                             "1.00000000000000000001B"}) {
        EXPECT_EQ(parse_bytes(text), std::nullopt) << text;
    }
    for (const char* text : {"80", "80Mbit", "80mbps", "80 mbit", "0.5bit", "80mbit/s"}) {
        EXPECT_EQ(parse_rate(text), std::nullopt) << text;
    }
    for (const char* text : {"50", "50 ms", "50MS", "1m", "1h", "0.5ns", "-5ms"}) {
        EXPECT_EQ(parse_duration(text), std::nullopt) << text;
    }
    EXPECT_EQ(parse_bytes(std::string_view("1\0B", 3)), std::nullopt);
}

TEST(Units, text_uses_the_largest_whole_unit_and_reads_back) {
    EXPECT_EQ(to_string(Bytes{1500}), "1500B");
    EXPECT_EQ(to_string(Bytes{65'536}), "64KiB");
    EXPECT_EQ(to_string(Bytes{64'000}), "64kB");
    EXPECT_EQ(to_string(Bytes{128 << 20}), "128MiB");
    EXPECT_EQ(to_string(Bytes{0}), "0B");
    EXPECT_EQ(to_string(BitsPerSecond{1'500'000'000}), "1500mbit");
    EXPECT_EQ(to_string(Duration(std::chrono::milliseconds(500))), "500ms");
    EXPECT_EQ(to_string(Duration(1)), "1ns");
    for (const std::uint64_t count : {0ULL, 1ULL, 999ULL, 1'000ULL, 1'024ULL, 1'500'000ULL, 123'456'789ULL}) {
        EXPECT_EQ(parse_bytes(to_string(Bytes{count})), Bytes{count});
        EXPECT_EQ(parse_rate(to_string(BitsPerSecond{count})), BitsPerSecond{count});
        EXPECT_EQ(parse_duration(to_string(Duration(count))), Duration(count));
    }
}

}  // namespace
}  // namespace ropewalk::config::schema
