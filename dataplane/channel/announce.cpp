#include "dataplane/channel/announce.hpp"

#include "config/region/fixed_text.hpp"

namespace ropewalk::dataplane::channel {

void announce(config::region::DataplaneSection& section, const Life& life) {
    section.state.store(static_cast<std::uint32_t>(config::region::DataplaneState::starting));
    for (auto& worker : section.workers) {
        worker.acknowledged_generation.store(0);
        worker.acknowledged_epoch.store(0);
    }
    for (auto& link : section.links) {
        link.code.store(static_cast<std::uint8_t>(config::region::LinkCode::unknown));
        link.reason.store(static_cast<std::uint8_t>(config::region::LinkReason::none));
        link.speed_mbit.store(0);
        link.address.store(0);
        link.mtu.store(0);
    }
    section.verified_generation.store(0);
    section.refused_generation.store(0);
    section.life_uuid = life.uuid;
    section.worker_count.store(life.workers);
    section.started_ns.store(life.now_ns);
    section.heartbeat_ns.store(life.now_ns);
    section.tsc_hz.store(life.tsc_hz);
    config::region::set_text(section.crypto_engine, life.crypto_engine);
    config::region::set_text(section.instruction_level, life.instruction_level);
    section.pid.store(life.pid);
}

}  // namespace ropewalk::dataplane::channel
