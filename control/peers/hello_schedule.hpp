#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ropewalk::control::peers {

/// How often a hello is due on each path.
inline constexpr std::uint64_t hello_interval_ns = 500'000'000;

/// Where a hello goes, and what it says there and nowhere else.
struct HelloTarget {
    std::uint32_t tunnel_slot = 0;
    std::uint32_t path_slot = 0;
    std::uint8_t shards = 1;  ///< UDP ports that we receive the path on
    bool operator==(const HelloTarget&) const = default;
};

/// Spreads the hellos of many paths evenly over the interval. Pure.
class HelloSchedule {
public:
    void set_targets(std::vector<HelloTarget> targets);

    /// Those due since the last call, `most` of them at the most; the others stay due. After a pause no path is due
    /// twice.
    std::vector<HelloTarget> due(std::uint64_t now_ns, std::size_t most);

private:
    std::vector<HelloTarget> targets_;
    std::size_t next_ = 0;
    std::uint64_t last_ns_ = 0;
    double credit_ = 0;
};

}  // namespace ropewalk::control::peers
