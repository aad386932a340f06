#include "control/kernel/rule.hpp"

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <fmt/format.h>

#include "control/kernel/attributes.hpp"

namespace ropewalk::control::kernel {

using config::Family;
using config::schema::Prefix;

namespace {

using RuleAttributes = Attributes<FRA_MAX + 1>;

std::string span_text(std::uint16_t first, std::uint16_t last) {
    return first == last ? fmt::format("{}", first) : fmt::format("{}-{}", first, last);
}

std::string mark_text(const RuleAttributes& attributes) {
    const auto mark = attributes.number<std::uint32_t>(FRA_FWMARK);
    const auto mask = attributes.number<std::uint32_t>(FRA_FWMASK);
    if (!mark && !mask) return {};
    return fmt::format(" fwmark {:#x}", mark.value_or(0)) +
           (mask && *mask != 0xffffffff ? fmt::format("/{:#x}", *mask) : "");
}

std::string selectors_of(const fib_rule_hdr& header, const RuleAttributes& attributes) {
    std::string text = mark_text(attributes);
    if (attributes.find(FRA_IIFNAME) != nullptr) text += " iif " + attributes.text(FRA_IIFNAME);
    if (attributes.find(FRA_OIFNAME) != nullptr) text += " oif " + attributes.text(FRA_OIFNAME);
    if (header.tos != 0) text += fmt::format(" tos {:#x}", header.tos);
    if (const auto id = attributes.number<std::uint64_t>(FRA_TUN_ID); id && *id != 0) text += " tun_id";
    if (attributes.number<std::uint8_t>(FRA_L3MDEV).value_or(0) != 0) text += " l3mdev";
    if (const auto users = attributes.number<fib_rule_uid_range>(FRA_UID_RANGE))
        text += fmt::format(" uidrange {}-{}", users->start, users->end);
    if (const auto protocol = attributes.number<std::uint8_t>(FRA_IP_PROTO); protocol && *protocol != 0)
        text += fmt::format(" ipproto {}", *protocol);
    if (const auto ports = attributes.number<fib_rule_port_range>(FRA_SPORT_RANGE))
        text += " sport " + span_text(ports->start, ports->end);
    if (const auto ports = attributes.number<fib_rule_port_range>(FRA_DPORT_RANGE))
        text += " dport " + span_text(ports->start, ports->end);
    return text.empty() ? text : text.substr(1);
}

std::optional<Prefix> end_of(const RuleAttributes& attributes, std::size_t type, std::uint8_t length) {
    const auto address = attributes.address(type);
    if (!address) return std::nullopt;
    return Prefix{*address, length};
}

std::string table_text(std::uint32_t table) {
    if (table == RT_TABLE_MAIN) return "main";
    if (table == RT_TABLE_LOCAL) return "local";
    if (table == RT_TABLE_DEFAULT) return "default";
    return fmt::format("{}", table);
}

std::string action_text(const Rule& rule) {
    if (leads_to_table(rule))
        return "lookup " + table_text(rule.table) +
               (rule.suppressed_length ? fmt::format(" suppress_prefixlength {}", *rule.suppressed_length) : "");
    switch (rule.action) {
        case FR_ACT_GOTO:
            return "goto";
        case FR_ACT_BLACKHOLE:
            return "blackhole";
        case FR_ACT_UNREACHABLE:
            return "unreachable";
        case FR_ACT_PROHIBIT:
            return "prohibit";
        default:
            return "nop";
    }
}

}  // namespace

bool leads_to_table(const Rule& rule) {
    return rule.action == FR_ACT_TO_TBL;
}

std::optional<Rule> parse_rule(const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWRULE || mnl_nlmsg_get_payload_len(&message) < sizeof(fib_rule_hdr))
        return std::nullopt;
    const auto& header = *static_cast<const fib_rule_hdr*>(mnl_nlmsg_get_payload(&message));
    if (header.family != AF_INET && header.family != AF_INET6) return std::nullopt;
    const RuleAttributes attributes(message, sizeof header);
    Rule rule;
    rule.family = header.family == AF_INET ? Family::ipv4 : Family::ipv6;
    rule.priority = attributes.number<std::uint32_t>(FRA_PRIORITY).value_or(0);
    rule.action = header.action;
    rule.table = attributes.number<std::uint32_t>(FRA_TABLE).value_or(header.table);
    rule.source = end_of(attributes, FRA_SRC, header.src_len);
    rule.destination = end_of(attributes, FRA_DST, header.dst_len);
    rule.selectors = selectors_of(header, attributes);
    rule.is_inverted = (header.flags & FIB_RULE_INVERT) != 0;
    // The kernel tells of "none" by the largest number.
    rule.suppressed_length = attributes.number<std::uint32_t>(FRA_SUPPRESS_PREFIXLEN);
    if (rule.suppressed_length == 0xffffffff) rule.suppressed_length.reset();
    rule.protocol = attributes.number<std::uint8_t>(FRA_PROTOCOL).value_or(0);
    return rule;
}

std::string to_string(const Rule& rule) {
    std::string text = fmt::format("{}: {}from {}", rule.priority, rule.is_inverted ? "not " : "",
                                   rule.source ? to_string(*rule.source) : "all");
    if (rule.destination) text += " to " + to_string(*rule.destination);
    if (!rule.selectors.empty()) text += " " + rule.selectors;
    return text + " " + action_text(rule);
}

}  // namespace ropewalk::control::kernel
