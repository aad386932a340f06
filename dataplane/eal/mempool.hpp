#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <rte_mempool.h>

#include "config/result.hpp"

namespace ropewalk::dataplane::eal {

/// A pool of mbufs, freed at destruction. Must outlive the ports that use it.
class Mempool {
public:
    /// `room` is the largest packet, headers included, beside the default headroom; bytes.
    static Result<Mempool> make(const std::string& name, std::uint32_t mbufs, std::uint16_t room);
    rte_mempool* get() const { return pool_.get(); }

private:
    struct Free {
        void operator()(rte_mempool* pool) const { rte_mempool_free(pool); }
    };
    explicit Mempool(rte_mempool* pool) : pool_(pool) {}

    std::unique_ptr<rte_mempool, Free> pool_;
};

}  // namespace ropewalk::dataplane::eal
