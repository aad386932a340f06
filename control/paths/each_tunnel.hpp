#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

namespace ropewalk::control::paths {

/// Calls `use` with the entries of each tunnel, which stand side by side.
template <class Entry, class Use>
void each_tunnel(std::span<Entry> entries, Use use) {
    while (!entries.empty()) {
        const auto end = std::ranges::find_if(
            entries, [&](const Entry& entry) { return entry.tunnel_slot != entries.front().tunnel_slot; });
        const auto count = static_cast<std::size_t>(end - entries.begin());
        use(entries.first(count));
        entries = entries.subspan(count);
    }
}

}  // namespace ropewalk::control::paths
