#include "control/cli/genkey.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "control/keys/key_file.hpp"

namespace ropewalk::control::cli {
namespace {

int refuse(const Error& error) {
    std::fprintf(stderr, "%s\n", error.message.c_str());
    return 1;
}

/// A shell's redirection makes a file that control would refuse.
void warn_of_loose_mode() {
    struct stat status {};
    if (::fstat(STDOUT_FILENO, &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & 077) != 0)
        std::fputs("the file with this key may be read by others: chmod 600 it before use\n", stderr);
}

}  // namespace

int genkey(const std::string& file) {
    const auto key = keys::make_static_key();
    if (!key) return refuse(key.error());
    if (file.empty()) {
        warn_of_loose_mode();
        std::fputs(keys::key_line(*key).c_str(), stdout);
        return 0;
    }
    if (const auto written = keys::write_key_file(file, *key); !written) return refuse(written.error());
    return 0;
}

}  // namespace ropewalk::control::cli
