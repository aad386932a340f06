#include "tests/tools/interface_counters.hpp"

#include <array>
#include <fstream>
#include <sstream>

namespace ropewalk::tests::tools {

std::optional<std::uint64_t> packets_gone(const std::string& interface, const std::string& table) {
    // Eight counters of what was received stand before those of what was sent.
    constexpr std::size_t sent_packets = 9, sent_dropped = 11, columns = 12;
    std::ifstream file(table);
    for (std::string line; std::getline(file, line);) {
        const auto colon = line.find(':');
        const auto name = line.find_first_not_of(' ');
        if (colon == std::string::npos || line.compare(name, colon - name, interface) != 0) continue;
        std::istringstream counters(line.substr(colon + 1));
        std::array<std::uint64_t, columns> counted{};
        for (std::uint64_t& count : counted) counters >> count;
        return counted[sent_packets] + counted[sent_dropped];
    }
    return std::nullopt;
}

}  // namespace ropewalk::tests::tools
