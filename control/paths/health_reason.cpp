#include "control/paths/health_reason.hpp"

#include <string>

#include <fmt/format.h>

namespace ropewalk::control::paths {

namespace {

double milliseconds(std::uint64_t ns) {
    return static_cast<double>(ns) / 1e6;
}

std::string round_trip_text(const HealthReason& reason) {
    return reason.round_trip_ns == 0 ? std::string()
                                     : fmt::format(" (round trip was {:.1f} ms)", milliseconds(reason.round_trip_ns));
}

std::string text_of_marks(std::uint64_t marks) {
    std::string text;
    for (unsigned dscp = 0; dscp < 64; ++dscp)
        if ((marks >> dscp & 1) != 0) text += (text.empty() ? "" : ", ") + std::to_string(dscp);
    return text;
}

}  // namespace

std::string sentence_of(const HealthReason& reason) {
    switch (reason.cause) {
        case HealthCause::none:
        case HealthCause::no_way:
            break;
        case HealthCause::never_heard:
            return "nothing authenticated has come from the peer by it yet";
        case HealthCause::not_heard:
            return fmt::format("nothing came from the peer by it for {:.0f} ms{}", milliseconds(reason.for_ns),
                               round_trip_text(reason));
        case HealthCause::not_answered:
            return fmt::format("what we send by it does not arrive: the peer has heard nothing by it for {:.0f} ms{}",
                               milliseconds(reason.for_ns), round_trip_text(reason));
        case HealthCause::held_down:
            return fmt::format("it works again, and is used when it has done so for {:.1f} s more",
                               milliseconds(reason.for_ns) / 1e3);
        case HealthCause::rx_loss:
            return fmt::format("{:.1f} % of what the peer sends by it is lost", 100 * reason.loss);
        case HealthCause::tx_loss:
            return fmt::format("{:.1f} % of what we send by it is lost", 100 * reason.loss);
        case HealthCause::rx_delay:
            return fmt::format("what the peer sends by it comes {:.0f} ms later than by the fastest path",
                               milliseconds(reason.delay_ns));
        case HealthCause::tx_delay:
            return fmt::format("what we send by it comes {:.0f} ms later than by the fastest path",
                               milliseconds(reason.delay_ns));
        case HealthCause::rx_marks:
            return fmt::format(
                "what the peer sends by it marked DSCP {} does not arrive, though other packets do; "
                "the path's `dscp: 0` at the peer sends all without a mark",
                text_of_marks(reason.marks));
        case HealthCause::tx_marks:
            return fmt::format(
                "what we send by it marked DSCP {} does not arrive, though other packets do; the path's "
                "`dscp: 0` here sends all without a mark",
                text_of_marks(reason.marks));
    }
    return {};
}

}  // namespace ropewalk::control::paths
