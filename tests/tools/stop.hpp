#pragma once

namespace ropewalk::tests::tools {

/// From here on SIGTERM and SIGINT end no process and interrupt what waits.
void stop_on_signals();

/// Whether one of them has come.
bool told_to_stop();

}  // namespace ropewalk::tests::tools
