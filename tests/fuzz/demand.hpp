#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace ropewalk::tests::fuzz {

/// Ends the process where the product broke a promise; `promise` says which.
inline void demand(bool kept, const char* promise, const std::string& found = {}) {
    if (kept) return;
    std::fprintf(stderr, "broken promise: %s%s%s\n", promise, found.empty() ? "" : ": ", found.c_str());
    std::abort();
}

}  // namespace ropewalk::tests::fuzz
