#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "control/kernel/interface_address.hpp"
#include "control/kernel/route.hpp"
#include "control/kernel/rule.hpp"

namespace ropewalk::control::kernel {

/// How the kernel routes, as far as it concerns our prefixes and paths.
struct KernelRouting {
    std::map<int, std::string> interfaces;    ///< names by index, of those below
    std::vector<InterfaceAddress> addresses;  ///< of all interfaces
    std::vector<Route> routes;                ///< of all tables but the local one, to what was asked for
    std::vector<Rule> rules;                  ///< in the order in which the kernel asks them, by family
    std::set<config::Family> unforwarded;     ///< families of which nothing passes between two interfaces

    std::string name_of(int interface) const {
        const auto found = interfaces.find(interface);
        return found == interfaces.end() ? "interface " + std::to_string(interface) : found->second;
    }
    int index_of(const std::string& name) const {
        for (const auto& [index, known] : interfaces)
            if (known == name) return index;
        return 0;
    }
};

}  // namespace ropewalk::control::kernel
