#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "dataplane/eal/eal.hpp"

/// EAL once for all tests, in ordinary memory and without devices, so that neither root nor hugepages are needed.
int main(int argc, char** argv) {
    using namespace ropewalk::dataplane;
    ::testing::InitGoogleTest(&argc, argv);
    eal::EalPlan plan;
    plan.arguments = {argv[0],
                      "--no-huge",
                      "-m",
                      "128",
                      "--no-pci",
                      "--no-shconf",
                      "--no-telemetry",
                      "--file-prefix",
                      fmt::format("pipeline-tests-{}", ::getpid()),
                      "--lcores",
                      fmt::format("0@({})", fmt::join(eal::allowed_cpus(), ",")),
                      "--log-level=*:error"};
    const auto started = eal::Eal::start(plan);
    if (!started) {
        std::fprintf(stderr, "%s\n", started.error().message.c_str());
        return 1;
    }
    return RUN_ALL_TESTS();
}
