#include "dataplane/channel/compiled_routes.hpp"

#include <cstring>

namespace ropewalk::dataplane::channel {

namespace {

template <class Range>
bool are_same(std::span<const Range> given, const std::vector<Range>& known) {
    return given.size() == known.size() &&
           (given.empty() || std::memcmp(given.data(), known.data(), given.size_bytes()) == 0);
}

}  // namespace

std::shared_ptr<const tunnel::InnerRoutes> CompiledRoutes::of(std::span<const V4> v4, std::span<const V6> v6) {
    if (routes_ != nullptr && are_same(v4, v4_) && are_same(v6, v6_)) return routes_;
    routes_ = std::make_shared<const tunnel::InnerRoutes>(v4, v6);
    v4_.assign(v4.begin(), v4.end());
    v6_.assign(v6.begin(), v6.end());
    return routes_;
}

}  // namespace ropewalk::dataplane::channel
