#pragma once

#include <cstdint>
#include <string>

/// Numbers for people.
namespace ropewalk::control::cli {

/// `3 s`, `2 m 5 s`, `1 h 2 m`, `3 d 4 h`
std::string duration_text(std::uint64_t nanoseconds);

/// Seconds with one decimal, or "-" when it never happened (`then_ns` is 0).
std::string seconds_since(std::uint64_t now_ns, std::uint64_t then_ns);

/// `12.3 kB`, powers of ten.
std::string bytes_text(std::uint64_t bytes);

/// Growth of a counter per second; 0 when it stands, or was made anew.
double per_second(std::uint64_t before, std::uint64_t after, std::uint64_t elapsed_ns);

/// `part` of `whole` in percent with one decimal, "-" of nothing.
std::string percent_text(std::uint64_t part, std::uint64_t whole);

}  // namespace ropewalk::control::cli
