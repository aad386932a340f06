#include "tests/sim/fault.hpp"

#include <fmt/format.h>

namespace ropewalk::tests::sim {

std::string to_string(const Fault& fault) {
    std::string text = fmt::format("{} {} at {}", fault_names[static_cast<std::size_t>(fault.kind)], fault.amount,
                                   name_of(fault.side));
    if (fault.is_at_path()) text += fmt::format(" path {}", fault.path + 1);
    return text + fmt::format(", {:.6f} s for {:.6f} s", static_cast<double>(fault.at) / second,
                              static_cast<double>(fault.lasts) / second);
}

}  // namespace ropewalk::tests::sim
