#pragma once

#include <cstdint>
#include <string>

namespace ropewalk::control::cli {

struct EventsOptions {
    std::string gateway;  ///< empty: the only one of this machine
    enum class Form : std::uint8_t { text, json } form = Form::text;
    enum class Until : std::uint8_t { newest, stopped } until = Until::newest;
};

/// `ropewalk events`: the events in a gateway's shared memory, oldest first, then, until it is stopped, those that
/// come, whoever writes them and into however many files. What was overwritten before it was read is told on stderr.
/// Returns the exit status.
int events(const EventsOptions& options);

}  // namespace ropewalk::control::cli
