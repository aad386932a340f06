#include "tests/sim/mutation.hpp"

namespace ropewalk::tests::sim {

const std::vector<Mutation>& mutations() {
    static const std::vector<Mutation> none;
    return none;
}

bool activate(std::string_view) {
    return false;
}

}  // namespace ropewalk::tests::sim
