#include "control/cli/command_line.hpp"

int main(int argc, char** argv) {
    return ropewalk::control::cli::run_command_line(argc, argv);
}
