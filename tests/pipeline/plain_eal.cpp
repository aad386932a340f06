#include "tests/pipeline/plain_eal.hpp"

#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ropewalk::tests::pipeline {

namespace eal = dataplane::eal;

Result<eal::Eal> start_plain_eal(const std::string& name) {
    eal::EalPlan plan;
    plan.arguments = {name,
                      "--no-huge",
                      "-m",
                      "128",
                      "--no-pci",
                      "--no-shconf",
                      "--no-telemetry",
                      "--file-prefix",
                      fmt::format("{}-{}", name, ::getpid()),
                      "--lcores",
                      fmt::format("0@({})", fmt::join(eal::allowed_cpus(), ",")),
                      "--log-level=*:error"};
    return eal::Eal::start(plan);
}

}  // namespace ropewalk::tests::pipeline
