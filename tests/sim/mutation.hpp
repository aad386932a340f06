#pragma once

#include <string_view>
#include <vector>

namespace ropewalk::tests::sim {

/// A known defect that the mutated build of the program can be given while it runs. The plain build has none.
struct Mutation {
    std::string_view name;
    std::string_view property;  ///< that it breaks
};

const std::vector<Mutation>& mutations();

/// False when there is none of that name.
bool activate(std::string_view mutation);

}  // namespace ropewalk::tests::sim
