#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "config/schema/prefix.hpp"

namespace ropewalk::control::kernel {

inline config::schema::Prefix host_prefix(const config::schema::IpAddress& address) {
    return {address, static_cast<std::uint8_t>(address.size() * 8)};
}

/// The same or more general.
inline bool covers(const config::schema::Prefix& wide, const config::schema::Prefix& narrow) {
    return wide.length <= narrow.length && wide.address.family == narrow.address.family &&
           config::schema::network_of({narrow.address, wide.length}) == wide;
}

/// Whether one of the prefixes, which are sorted, is in this one. Takes no longer for many of them.
inline bool covers_any(const config::schema::Prefix& wide, const std::set<config::schema::Prefix>& prefixes) {
    // A prefix that begins inside this one, behind its start, is longer.
    const auto next = prefixes.lower_bound(wide);
    return next != prefixes.end() && covers(wide, *next);
}

/// Numbers by prefix, to be found by what the prefix covers. All prefixes without host bits.
class Coverings {
public:
    using Prefix = config::schema::Prefix;

    void add(const Prefix& prefix, std::size_t number) {
        numbers_[prefix].push_back(number);
        lengths_[prefix.address.family].insert(prefix.length);
    }

    /// Calls take(number) for all whose prefix covers this one, the longest prefix first, until that returns true.
    template <class Take>
    void each(const Prefix& covered, Take take) const {
        const auto lengths = lengths_.find(covered.address.family);
        if (lengths == lengths_.end()) return;
        for (const std::uint8_t length : lengths->second) {
            if (length > covered.length) continue;
            const auto found = numbers_.find(config::schema::network_of({covered.address, length}));
            if (found == numbers_.end()) continue;
            for (const std::size_t number : found->second)
                if (take(number)) return;
        }
    }

private:
    std::map<Prefix, std::vector<std::size_t>> numbers_;
    std::map<config::Family, std::set<std::uint8_t, std::greater<>>> lengths_;
};

}  // namespace ropewalk::control::kernel
