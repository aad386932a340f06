#pragma once

#include <memory>
#include <span>
#include <vector>

#include "config/region/records.hpp"
#include "dataplane/tunnel/inner_routes.hpp"

namespace ropewalk::dataplane::channel {

/// The routes of the newest snapshot: compiled anew only when its ranges are others, and shared by the views that have
/// the same. Used by the main lcore only.
class CompiledRoutes {
public:
    using V4 = config::region::RangeV4Record;
    using V6 = config::region::RangeV6Record;

    std::shared_ptr<const tunnel::InnerRoutes> of(std::span<const V4> v4, std::span<const V6> v6);

private:
    std::vector<V4> v4_;
    std::vector<V6> v6_;
    std::shared_ptr<const tunnel::InnerRoutes> routes_;
};

}  // namespace ropewalk::dataplane::channel
