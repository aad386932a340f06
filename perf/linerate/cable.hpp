#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <rte_mempool.h>
#include <rte_ring.h>

#include "config/result.hpp"

namespace ropewalk::perf::linerate {

/// Two ethdevs (net_ring) of this process that are each other's far end, or one that is its own. Each end is used by
/// one thread. EAL closes the ethdevs at the end of the process.
class Cable {
public:
    /// `packets` fit in each direction, less one; a power of two.
    static Result<Cable> between_two(const std::string& name, unsigned packets, rte_mempool* pool);
    static Result<Cable> back_to_itself(const std::string& name, unsigned packets, rte_mempool* pool);

    /// Ethdev ids; the same one when it leads back to itself.
    std::uint16_t left() const { return left_; }
    std::uint16_t right() const { return right_; }

private:
    struct Free {
        void operator()(rte_ring* ring) const;
    };
    using Ring = std::unique_ptr<rte_ring, Free>;

    static Result<Ring> make_ring(const std::string& name, unsigned packets);
    static Result<std::uint16_t> make_port(const std::string& name, rte_ring* receives, rte_ring* sends,
                                           rte_mempool* pool);

    std::vector<Ring> rings_;
    std::uint16_t left_ = 0, right_ = 0;
};

}  // namespace ropewalk::perf::linerate
