#include "control/publication/dataplane_watch.hpp"

#include "config/region/fixed_text.hpp"
#include "control/publication/process_alive.hpp"

namespace ropewalk::control::publication {

using config::region::DataplaneState;

DataplaneSighting sighting_of(const config::region::DataplaneSection& section, std::uint64_t now_ns,
                              Liveness liveness) {
    const auto state = static_cast<DataplaneState>(section.state.load(std::memory_order_acquire));
    if (state != DataplaneState::starting && state != DataplaneState::running) return {};
    if (liveness == Liveness::gone) return {};
    const std::uint64_t pid = section.pid.load();
    const std::uint64_t heartbeat = section.heartbeat_ns.load();
    DataplaneSighting sighting;
    sighting.stands_still = now_ns > heartbeat && now_ns - heartbeat > dataplane_silence_ns;
    if (sighting.stands_still) return sighting;
    sighting.state = state;
    sighting.pid = pid;
    if (state == DataplaneState::running) sighting.life_uuid = section.life_uuid;
    return sighting;
}

DataplaneSighting look_for_dataplane(const config::region::DataplaneSection& section, std::uint64_t now_ns) {
    return sighting_of(section, now_ns, is_process_alive(section.pid.load()) ? Liveness::alive : Liveness::gone);
}

DataplaneWatch::Event DataplaneWatch::observe(const DataplaneSighting& sighting) {
    const DataplaneSighting before = last_;
    last_ = sighting;
    // Told of when it runs; while it starts its uuid is not yet to be read.
    if (!sighting.is_running()) return before.is_running() ? Event::disappeared : Event::none;
    if (!before.is_running()) return Event::appeared;
    return before.life_uuid == sighting.life_uuid ? Event::none : Event::replaced;
}

std::string refusal_text(const config::region::DataplaneSection& section) {
    std::string text(config::region::text_of(section.refusal));
    for (char& byte : text)
        if (byte < ' ' || byte > '~') byte = '?';
    return text;
}

}  // namespace ropewalk::control::publication
