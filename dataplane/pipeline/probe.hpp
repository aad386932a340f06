#pragma once

#include <concepts>

#include "dataplane/pipeline/stage.hpp"

namespace ropewalk::dataplane::pipeline {

/// What a pipeline tells of its stages: `passed` after each, for a burst or a part of one. Handed on by value, so that
/// one without members takes no register.
template <class P>
concept Probe = std::copy_constructible<P> && requires(P probe, Stage stage) {
    probe.passed(stage);
};

/// That of the workers: nothing is left of it in the program.
struct NoProbe {
    static void passed(Stage) {}
};

}  // namespace ropewalk::dataplane::pipeline
