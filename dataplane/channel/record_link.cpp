#include "dataplane/channel/record_link.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/region/link_text.hpp"

namespace ropewalk::dataplane::channel {

using config::region::LinkCode;

void record_link(config::region::LinkStatus& status, const eal::Link& seen, std::uint64_t now_ns) {
    const auto before = static_cast<LinkCode>(status.code.load());
    if (seen.code != before) status.changed_ns.set(now_ns);
    if (seen.code != before && before != LinkCode::unknown) status.changes.add(1);
    status.speed_mbit.store(seen.speed_mbit);
    status.mtu.store(seen.mtu);
    if (seen.address) status.address.store(config::region::cell_of(*seen.address));
    if (seen.reason == config::region::LinkReason::no_interface) status.address.store(0);
    status.reason.store(static_cast<std::uint8_t>(seen.reason));
    status.code.store(static_cast<std::uint8_t>(seen.code));
}

std::string link_sentence(std::string_view port, const eal::Link& link, std::string_view why) {
    std::string sentence = fmt::format("port {}: link is {}", port, config::region::word_of(link.code));
    if (link.speed_mbit != 0) sentence += ", " + config::region::speed_text(link.speed_mbit);
    if (link.code == LinkCode::up && link.address)
        sentence += fmt::format(", Ethernet address {:02x}", fmt::join(*link.address, ":"));
    if (!why.empty()) sentence += fmt::format(": {}", why);
    return sentence;
}

}  // namespace ropewalk::dataplane::channel
