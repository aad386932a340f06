#include "tests/tools/stop.hpp"

#include <csignal>

namespace ropewalk::tests::tools {
namespace {

volatile std::sig_atomic_t stop_asked = 0;

}  // namespace

void stop_on_signals() {
    struct sigaction action {};
    action.sa_handler = [](int) { stop_asked = 1; };
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
}

bool told_to_stop() {
    return stop_asked != 0;
}

}  // namespace ropewalk::tests::tools
