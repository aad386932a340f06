#include "dataplane/channel/record_link.hpp"

#include <fmt/format.h>

#include "config/region/link_text.hpp"

namespace ropewalk::dataplane::channel {

using config::region::LinkCode;

std::optional<std::string> record_link(config::region::LinkStatus& status, const eal::Link& seen, std::string_view port,
                                       std::uint64_t now_ns) {
    const auto before = static_cast<LinkCode>(status.code.load());
    if (seen.code == before && seen.speed_mbit == status.speed_mbit.load()) return std::nullopt;
    if (seen.code != before) status.changed_ns.set(now_ns);
    if (seen.code != before && before != LinkCode::unknown) status.changes.add(1);
    status.speed_mbit.store(seen.speed_mbit);
    status.code.store(static_cast<std::uint8_t>(seen.code));
    return fmt::format("port {}: link is {}{}", port, word_of(seen.code),
                       seen.speed_mbit == 0 ? "" : ", " + config::region::speed_text(seen.speed_mbit));
}

}  // namespace ropewalk::dataplane::channel
