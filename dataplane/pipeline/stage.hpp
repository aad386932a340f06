#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ropewalk::dataplane::pipeline {

/// What the pipelines do with a burst, in the order of a packet's way.
enum class Stage : std::uint8_t {
#define ROPEWALK_STAGE(name) name,
#include "dataplane/pipeline/stages.def"
#undef ROPEWALK_STAGE
};

/// Indexed by Stage.
inline constexpr auto stage_names = std::to_array<std::string_view>({
#define ROPEWALK_STAGE(name) #name,
#include "dataplane/pipeline/stages.def"
#undef ROPEWALK_STAGE
});

inline constexpr std::size_t stage_count = stage_names.size();

}  // namespace ropewalk::dataplane::pipeline
