#pragma once

#include <string>
#include <vector>

namespace ropewalk::config::schema {

/// One thing wrong with a configuration: where it stands, which key, what was found and what is allowed.
struct Problem {
    std::string file;
    /// 1-based; 0 when the problem has no line (the file cannot be opened).
    int line = 0;
    /// Dotted, with names for list members: `tunnels.hub.paths.fibre.peer`.
    std::string key;
    std::string found;
    std::string allowed;
};

using Problems = std::vector<Problem>;

/// `edge.yaml:12: tunnels.hub.cipher: found 'rot13'; allowed: aes-256-gcm, aes-128-gcm`
std::string to_string(const Problem& problem);

}  // namespace ropewalk::config::schema
