// What most test files include, compiled once a test program: no include guard, the compiler takes it as a main file. It
// only saves time: every file names what it uses.
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rte_mbuf.h>
#include <tl/expected.hpp>
