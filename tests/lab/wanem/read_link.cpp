#include "tests/lab/wanem/read_link.hpp"

#include <charconv>
#include <cmath>
#include <optional>

#include "config/schema/map_reader.hpp"
#include "tests/lab/wanem/words.hpp"

namespace ropewalk::tests::lab::wanem {
namespace {

using config::schema::MapReader;
using config::schema::Notes;
using config::schema::YamlNode;

constexpr const char* probability_rule = "0% to 100% such as 0.5%";
constexpr const char* time_rule = "a time up to 60s such as 20ms";
constexpr const char* rate_rule = "unlimited, or 1kbit to 100gbit such as 20mbit";
constexpr const char* mtu_rule = "unlimited, or 68B to 65535B such as 1400B";

/// `1.5%`, from 0 to 100.
std::optional<Probability> parse_probability(std::string_view text) {
    if (!text.ends_with('%')) return std::nullopt;
    text.remove_suffix(1);
    double percent = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), percent, std::chars_format::fixed);
    if (error != std::errc{} || end != text.data() + text.size() || !(percent >= 0 && percent <= 100))
        return std::nullopt;
    return Probability{static_cast<std::uint32_t>(std::lround(percent * Probability::certain / 100))};
}

std::optional<Duration> parse_time(std::string_view text) {
    const auto time = config::schema::parse_duration(text);
    return time && *time <= std::chrono::seconds(60) ? time : std::nullopt;
}

std::optional<std::optional<BitsPerSecond>> parse_line_rate(std::string_view text) {
    if (text == "unlimited") return std::optional<BitsPerSecond>{};
    const auto rate = config::schema::parse_rate(text);
    if (!rate || rate->count < 1'000 || rate->count > 100'000'000'000) return std::nullopt;
    return rate;
}

std::optional<std::optional<Bytes>> parse_mtu(std::string_view text) {
    if (text == "unlimited") return std::optional<Bytes>{};
    const auto size = config::schema::parse_bytes(text);
    if (!size || size->count < 68 || size->count > 65535) return std::nullopt;
    return size;
}

std::optional<std::optional<Bytes>> parse_policer(std::string_view text) {
    if (text == "off") return std::optional<Bytes>{};
    const auto size = config::schema::parse_bytes(text);
    if (!size || size->count < 1514 || size->count > (1U << 30)) return std::nullopt;
    return size;
}

std::optional<LinkSettings::QueueLimit> parse_queue(std::string_view text) {
    if (const auto time = parse_time(text)) return *time;
    if (const auto size = config::schema::parse_bytes(text)) return *size;
    return std::nullopt;
}

void read_burst_loss(const MapReader& link, std::optional<BurstLoss>& target, Notes& notes) {
    const YamlNode* const node = link.find("burst_loss");
    if (node == nullptr) return;
    if (node->kind == YamlNode::Kind::scalar) {
        link.read(
            "burst_loss", target,
            [](std::string_view text) -> std::optional<std::optional<BurstLoss>> {
                if (text != "off") return std::nullopt;
                return std::optional<BurstLoss>{};
            },
            "off, or a map with the keys enter, leave, in_good, in_bad");
        return;
    }
    BurstLoss burst;
    const MapReader map(*node, link.key_of("burst_loss"), {"enter", "leave", "in_good", "in_bad"}, notes);
    map.require("enter", probability_rule);
    map.require("leave", probability_rule);
    map.read("enter", burst.enter, parse_probability, probability_rule);
    map.read("leave", burst.leave, parse_probability, probability_rule);
    map.read("in_good", burst.in_good, parse_probability, probability_rule);
    map.read("in_bad", burst.in_bad, parse_probability, probability_rule);
    target = burst;
}

/// A queue and a policer exclude each other, so naming one ends the other.
void read_bottleneck(const MapReader& map, LinkSettings& settings) {
    map.read("rate", settings.rate, parse_line_rate, rate_rule);
    if (map.has("queue") && map.has("policer")) {
        map.notes().problem(map.key_of("policer"), "a policer beside a queue", "one of both");
        return;
    }
    if (map.has("queue")) settings.policer.reset();
    map.read("queue", settings.queue, parse_queue, "a time such as 50ms, or a size such as 64KiB");
    map.read("policer", settings.policer, parse_policer,
             "off, or the size of its bucket from 1514B to 1GiB such as 32KiB");
    if (map.has("policer") && settings.policer && !settings.rate) {
        map.notes().problem(map.key_of("policer"), "a policer without a rate", "a policer where there is a rate");
    }
}

}  // namespace

void read_link(const YamlNode& node, const std::string& key, LinkSettings& settings, Notes& notes) {
    const MapReader map(node, key,
                        {"link", "rate", "queue", "policer", "delay", "jitter", "jitter_hold", "order", "loss",
                         "burst_loss", "duplicate", "corrupt", "corrupt_checksum", "mtu", "too_big"},
                        notes);
    map.read_word("link", settings.link);
    read_bottleneck(map, settings);
    map.read("delay", settings.delay, parse_time, time_rule);
    map.read("jitter", settings.jitter, parse_time, time_rule);
    map.read("jitter_hold", settings.jitter_hold, parse_time, time_rule);
    map.read_word("order", settings.order);
    map.read("loss", settings.loss, parse_probability, probability_rule);
    read_burst_loss(map, settings.burst_loss, notes);
    map.read("duplicate", settings.duplicate, parse_probability, probability_rule);
    map.read("corrupt", settings.corrupt, parse_probability, probability_rule);
    map.read_word("corrupt_checksum", settings.corrupt_checksum);
    map.read("mtu", settings.mtu, parse_mtu, mtu_rule);
    map.read_word("too_big", settings.too_big);
}

}  // namespace ropewalk::tests::lab::wanem
