#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "config/region/view.hpp"
#include "config/schema/gateway.hpp"

namespace ropewalk::control::peers {

/// On how many UDP ports each tunnel is received, while that changes: peers are told of more ports once every worker
/// listens on them, and of fewer at once, while the old ones stay open for what is still on its way to them. So nothing
/// is lost as long as the peer's control hears us. Pure; time is given.
class ReceivedShards {
public:
    /// How long ports stay open: hellos go out at once, the peer takes them up within milliseconds, and copies may be
    /// slow.
    static constexpr std::uint64_t open_ns = 10'000'000'000;

    /// What an earlier control had published; `in_use` when the dataplane works with it.
    enum class Previous : std::uint8_t { published, in_use };
    void take_over(const config::region::View& previous, Previous state);

    void configure(const config::schema::Gateway& gateway, std::uint64_t now_ns);

    /// The configuration with the ports that are still open.
    config::schema::Gateway opened(config::schema::Gateway gateway) const;
    /// True when some may be closed now: opened() says less than before.
    bool expire(std::uint64_t now_ns);

    /// What peers may be told, by tunnel name.
    const std::map<std::string, std::uint8_t>& announced() const { return announced_; }
    /// Whether they may be told more once what opened() said is in use.
    bool is_waiting() const { return announced_ != wanted_; }
    void in_use() { announced_ = wanted_; }

private:
    struct Open {
        std::uint8_t shards;
        std::uint64_t until_ns;
    };

    std::map<std::string, std::uint8_t> wanted_, announced_;  ///< by tunnel name
    std::map<std::string, Open> open_;                        ///< by tunnel name
};

}  // namespace ropewalk::control::peers
