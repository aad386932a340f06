#include "tests/lab/wanem/line.hpp"

#include <algorithm>

#include "tests/lab/wanem/too_big_answer.hpp"

namespace ropewalk::tests::lab::wanem {
namespace {

/// The two directions of one seed must not lose the same frames.
std::uint64_t seed_of_download(std::uint64_t seed) {
    return ~seed;
}

}  // namespace

Line::Line(const LineSettings& settings, std::uint64_t seed)
    : settings_(settings),
      directions_{Direction(settings.upload, seed), Direction(settings.download, seed_of_download(seed))} {
    relay_.set(settings.relay);
}

void Line::change(const LineSettings& settings) {
    from(End::near).change(settings.upload);
    from(End::far).change(settings.download);
    if (settings.relay != settings_.relay) relay_.set(settings.relay);
    if (settings.nat_rebinds != settings_.nat_rebinds) nat_.rebind();
    settings_ = settings;
}

std::vector<std::uint8_t> Line::take(End at, Duration now, std::span<std::uint8_t> frame) {
    Direction& direction = from(at);
    const auto dropped =
        direction.take(now, frame, [&](std::span<std::uint8_t> bytes) { return translate(at, bytes); });
    if (dropped != DropCause::too_big) return {};
    return answer_to_too_big(direction, frame);
}

bool Line::translate(End from, std::span<std::uint8_t> frame) {
    auto udp = UdpFrame::in(frame);
    if (!udp) return true;
    if (from == End::near) {
        nat_.outbound(*udp);
        relay_.outbound(*udp);
        return true;
    }
    relay_.inbound(*udp);
    return nat_.inbound(*udp);
}

std::vector<std::uint8_t> Line::answer_to_too_big(Direction& direction, std::span<const std::uint8_t> frame) const {
    const LinkSettings& settings = direction.settings();
    if (settings.too_big == LinkSettings::TooBigAnswer::silence || !settings.mtu) return {};
    auto answer = too_big_answer(frame, static_cast<std::uint32_t>(settings.mtu->count));
    if (!answer.empty()) ++direction.tally().too_big_answers;
    return answer;
}

std::optional<Duration> Line::next_departure() const {
    std::optional<Duration> next;
    for (const Direction& direction : directions_) {
        const auto departure = direction.held().next_departure();
        if (departure && (!next || *departure < *next)) next = departure;
    }
    return next;
}

}  // namespace ropewalk::tests::lab::wanem
