#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "config/region/view.hpp"
#include "config/result.hpp"

namespace ropewalk::dataplane::eal {

/// The arguments that the configuration stands for; its `eal_args` come last and so win.
struct EalPlan {
    std::vector<std::string> arguments;  ///< arguments[0] is the program name
    bool uses_hugepages = false;
    /// One sentence for the log: which memory, and why.
    std::string memory_choice;
};

/// Bytes of 2 MiB and 1 GiB hugepages that are free now.
std::uint64_t free_hugepage_bytes();

/// Pure: what to tell EAL, given the snapshot, free hugepages and the CPUs this process may run on.
Result<EalPlan> plan_eal(const config::region::View& snapshot, std::uint64_t free_hugepages,
                         const std::vector<unsigned>& cpus);

/// CPUs of this process's affinity mask.
std::vector<unsigned> allowed_cpus();

/// RAII over rte_eal_init and rte_eal_cleanup; one at a time.
class Eal {
public:
    static Result<Eal> start(const EalPlan& plan);
    Eal(Eal&& other) noexcept : started_(std::exchange(other.started_, false)) {}
    Eal& operator=(Eal&&) = delete;
    ~Eal();

private:
    Eal() = default;
    bool started_ = true;
};

}  // namespace ropewalk::dataplane::eal
