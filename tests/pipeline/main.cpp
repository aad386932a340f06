#include <cstdio>

#include <gtest/gtest.h>

#include "tests/pipeline/plain_eal.hpp"

/// EAL once for all tests.
int main(int argc, char** argv) {
    ::testing::InitGoogleTest(&argc, argv);
    const auto started = ropewalk::tests::pipeline::start_plain_eal("pipeline-tests");
    if (!started) {
        std::fprintf(stderr, "%s\n", started.error().message.c_str());
        return 1;
    }
    return RUN_ALL_TESTS();
}
