#pragma once

#include <vector>

#include "config/region/view.hpp"
#include "config/result.hpp"

namespace ropewalk::dataplane::channel {

/// What a dataplane reads once, at its start, and cannot change while it runs. Every later snapshot must say the same,
/// but for ports that may come and go: the packet path relies on it without looking again.
class ReadAtStart {
public:
    explicit ReadAtStart(const config::region::View& first);

    /// Fails when `snapshot` is for a dataplane that was started otherwise; names the key and what mends it.
    Result<void> holds_in(const config::region::View& snapshot) const;

private:
    config::region::Name gateway_;
    config::region::BootRecord boot_;
    std::vector<config::region::PortRecord> ports_;
};

}  // namespace ropewalk::dataplane::channel
