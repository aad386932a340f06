#include "dataplane/channel/attach.hpp"

#include <unistd.h>

#include <chrono>
#include <thread>

#include <spdlog/spdlog.h>

#include "config/region/copy.hpp"

namespace ropewalk::dataplane::channel {

using config::region::Publication;
using config::region::Region;

namespace {

constexpr auto retry_interval = std::chrono::milliseconds(20);

/// Nothing when there is no publication yet.
Result<std::optional<Attached>> try_attach(const std::string& gateway) {
    if (::access(config::region::region_path(gateway).c_str(), F_OK) != 0) return std::nullopt;
    auto region = Region::attach(gateway, config::region::Role::dataplane);
    if (!region) return tl::make_unexpected(region.error());
    const std::uint64_t word = region->control().publication.load(std::memory_order_acquire);
    const Publication publication = Publication::unpack(word);
    if (publication.generation == 0 || config::region::is_forgotten(region->control(), publication))
        return std::nullopt;

    auto bytes = config::region::copy_snapshot(region->control(), publication);
    if (bytes) return Attached{std::move(*region), std::move(*bytes)};
    if (region->control().publication.load(std::memory_order_acquire) != word) return std::nullopt;
    return fail("the configuration in shared memory is not valid: " + bytes.error().message);
}

}  // namespace

Result<std::optional<Attached>> wait_for_control(const std::string& gateway, const std::atomic<bool>& stop) {
    bool said = false;
    while (!stop.load()) {
        auto attached = try_attach(gateway);
        if (!attached || *attached) return attached;
        if (!said) spdlog::info("waiting for ropewalk-control to publish the configuration of gateway '{}'", gateway);
        said = true;
        std::this_thread::sleep_for(retry_interval);
    }
    return std::nullopt;
}

}  // namespace ropewalk::dataplane::channel
