#include "config/kept_memory.hpp"
#include "control/cli/command_line.hpp"

int main(int argc, char** argv) {
    // As far as this user may; it reads key files, and snapshots with their keys.
    ropewalk::config::keep_memory_from_disks();
    return ropewalk::control::cli::run_command_line(argc, argv);
}
