#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/region/layout.hpp"

namespace ropewalk::control::publication {

/// What can be seen of a dataplane in the shared memory.
struct DataplaneSighting {
    config::region::DataplaneState state = config::region::DataplaneState::absent;  ///< absent also when dead
    std::uint64_t pid = 0;
    config::region::Uuid life_uuid{};
    bool stands_still = false;  ///< absent for now: its heart does not beat, but its process is there

    bool is_present() const { return state != config::region::DataplaneState::absent; }
    bool is_running() const { return state == config::region::DataplaneState::running; }
    /// Whatever comes is for a dataplane that read what it reads at its start.
    bool has_started() const { return is_present() || stands_still; }
    bool operator==(const DataplaneSighting&) const = default;
};

/// Longest silence of a live dataplane's heartbeat.
inline constexpr std::uint64_t dataplane_silence_ns = 3'000'000'000;

enum class Liveness : std::uint8_t { gone, alive };

/// A dataplane whose process is gone, or whose heartbeat stands still, is absent whatever the memory says; the second
/// may go on at any time. Pure.
DataplaneSighting sighting_of(const config::region::DataplaneSection& section, std::uint64_t now_ns, Liveness liveness);

/// The same, asking the kernel for the process.
DataplaneSighting look_for_dataplane(const config::region::DataplaneSection& section, std::uint64_t now_ns);

/// Turns sightings into what there is to tell.
class DataplaneWatch {
public:
    enum class Event : std::uint8_t { none, appeared, disappeared, replaced };

    Event observe(const DataplaneSighting& sighting);
    const DataplaneSighting& last() const { return last_; }

private:
    DataplaneSighting last_;
};

/// The text of the refusal that now stands in the section.
std::string refusal_text(const config::region::DataplaneSection& section);

}  // namespace ropewalk::control::publication
