#pragma once

#include <cstdint>
#include <optional>

#include "config/schema/endpoint.hpp"
#include "tests/lab/wanem/link_settings.hpp"

namespace ropewalk::tests::lab::wanem {

/// What a line does to frames, both ways. The near end is the gateway's, the far end the network's.
struct LineSettings {
    LinkSettings upload;    ///< near to far
    LinkSettings download;  ///< far to near
    std::optional<config::schema::Endpoint> relay;
    /// How often the NAT has forgotten its mappings: a change that raises it does so once more.
    std::uint32_t nat_rebinds = 0;
};

}  // namespace ropewalk::tests::lab::wanem
