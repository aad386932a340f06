#include "dataplane/eal/eal.hpp"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <rte_eal.h>
#include <rte_errno.h>

namespace ropewalk::dataplane::eal {

using config::Hugepages;
using config::IdleMode;
using config::PortDriver;

namespace {

std::vector<std::string> lines_of(const char* text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        if (!line.empty()) lines.push_back(line);
    return lines;
}

/// Lcore 0 is the main one, 1..n the workers. Spinning workers get a CPU each; adaptive ones may be moved by the
/// kernel, because they share CPUs with others.
Result<std::string> lcores(const config::region::BootRecord& boot, const std::vector<unsigned>& cpus) {
    const std::string anywhere = fmt::format("({})", fmt::join(cpus, ","));
    std::string map = "0@" + anywhere;
    for (unsigned worker = 0; worker < boot.workers; ++worker) {
        std::string place = anywhere;
        if (boot.worker_cpu_count != 0)
            place = fmt::format("({})", boot.worker_cpus[worker]);
        else if (boot.idle == IdleMode::spin)
            place = fmt::format("({})", cpus[(cpus.size() - 1 - worker % cpus.size())]);
        map += fmt::format(",{}@{}", worker + 1, place);
    }
    for (unsigned i = 0; i < boot.worker_cpu_count; ++i)
        if (std::find(cpus.begin(), cpus.end(), boot.worker_cpus[i]) == cpus.end())
            return fail(fmt::format("dataplane.worker_cpus: CPU {} is not available to this process; allowed: {}",
                                    boot.worker_cpus[i], fmt::join(cpus, ", ")));
    return map;
}

}  // namespace

std::uint64_t free_hugepage_bytes() {
    std::uint64_t bytes = 0;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/sys/kernel/mm/hugepages", error)) {
        std::uint64_t kilobytes = 0, pages = 0;
        std::ifstream(entry.path() / "free_hugepages") >> pages;
        if (std::sscanf(entry.path().filename().c_str(), "hugepages-%lukB", &kilobytes) == 1)
            bytes += kilobytes * 1024 * pages;
    }
    return bytes;
}

std::vector<unsigned> allowed_cpus() {
    std::vector<unsigned> cpus;
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu)
            if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
    return cpus;
}

Result<EalPlan> plan_eal(const config::region::View& snapshot, std::uint64_t free_hugepages,
                         const std::vector<unsigned>& cpus) {
    const auto& boot = snapshot.header().boot;
    const std::uint64_t megabytes = (boot.memory_bytes + (1U << 20) - 1) >> 20;
    const bool enough = free_hugepages >= boot.memory_bytes;
    EalPlan plan;
    plan.uses_hugepages = boot.hugepages != Hugepages::off && enough;
    if (boot.hugepages == Hugepages::required && !enough)
        return fail(fmt::format(
            "dataplane.hugepages is 'required' and dataplane.memory {} MiB, but only {} MiB of hugepages are free; "
            "reserve more (sysctl vm.nr_hugepages=N) or say 'auto'",
            megabytes, free_hugepages >> 20));
    plan.memory_choice =
        plan.uses_hugepages ? fmt::format("{} MiB of hugepages", megabytes)
        : boot.hugepages == Hugepages::off
            ? fmt::format("{} MiB of ordinary memory, as configured", megabytes)
            : fmt::format(
                  "{} MiB of ordinary memory (--no-huge): only {} MiB of hugepages are free; it works, a little slower",
                  megabytes, free_hugepages >> 20);

    auto map = lcores(boot, cpus);
    if (!map) return tl::make_unexpected(map.error());
    plan.arguments = {"ropewalk-dataplane", "--lcores", *map, "-m", std::to_string(megabytes), "--file-prefix",
                      fmt::format("ropewalk-{}", snapshot.header().gateway.data()), "--no-telemetry",
                      // EAL heeds the first pattern that fits; the tap driver calls a missing qdisc an error, and memif
                      // one of its ends that is not there yet.
                      "--log-level=pmd.net.tap:critical", "--log-level=pmd.net.memif:critical", "--log-level=*:error"};
    // In-memory leaves no hugepage files behind, whatever end the process takes; EAL cannot do both.
    if (plan.uses_hugepages)
        plan.arguments.insert(plan.arguments.end(), {"--in-memory"});
    else
        plan.arguments.insert(plan.arguments.end(), {"--no-huge", "--no-shconf"});

    bool any_pci = false;
    for (const auto& port : snapshot.ports()) {
        if (port.driver != PortDriver::pci) continue;
        any_pci = true;
        plan.arguments.insert(plan.arguments.end(), {"-a", port.device.data()});
    }
    if (!any_pci) plan.arguments.emplace_back("--no-pci");
    for (std::string& argument : lines_of(boot.eal_args.data())) plan.arguments.push_back(std::move(argument));
    return plan;
}

Result<Eal> Eal::start(const EalPlan& plan) {
    // af_xdp locks its packet memory; where this is not allowed, it says so itself.
    const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_MEMLOCK, &unlimited);

    std::vector<std::string> arguments = plan.arguments;
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    if (rte_eal_init(static_cast<int>(arguments.size()), pointers.data()) < 0)
        return fail(
            fmt::format("DPDK did not start ({}) with: {}", rte_strerror(rte_errno), fmt::join(plan.arguments, " ")));
    return Eal();
}

Eal::~Eal() {
    if (started_) rte_eal_cleanup();
}

}  // namespace ropewalk::dataplane::eal
