#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "config/region/layout.hpp"
#include "config/region/view.hpp"
#include "config/result.hpp"
#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"
#include "control/publication/dataplane_facts.hpp"
#include "control/publication/publish_slot.hpp"

namespace ropewalk::control::publication {

/// What stands in the snapshot slots of shared memory.
struct PublishedSnapshots {
    config::region::Publication newest;
    /// Generation that each slot holds; 0: none.
    std::array<std::uint64_t, config::region::snapshot_slots> generations{};
    /// The newest one, verified; empty when there is none, or it is damaged.
    std::vector<std::uint8_t> bytes;
};

/// A snapshot to be written into a slot; the publication word goes last, by one release store, so that a control that
/// is killed in between leaves the previous one published and whole.
struct Publish {
    config::region::Publication publication;
    std::vector<std::uint8_t> bytes;
};

/// Decides what is published, and where. Pure.
class Publisher {
public:
    /// Goes on with the generation that an earlier control left.
    void take_over(PublishedSnapshots previous) { standing_ = std::move(previous); }

    /// Newest published generation; 0 before the first.
    std::uint64_t generation() const { return standing_.newest.generation; }

    /// The published snapshot; empty when there is none, or it is damaged.
    std::optional<config::region::View> current() const;

    /// The next snapshot. Fails when it does not fit, or is not what a dataplane would accept.
    Result<std::vector<std::uint8_t>> prepare(const config::schema::Gateway& gateway,
                                              const config::snapshot::Resolved& resolved) const;

    enum class Outcome : std::uint8_t {
        published,
        unchanged,  ///< it would say the same as the published one
        busy,       ///< every slot may still be read; try again soon
    };
    /// Publishes what prepare() returned: `out` is to be carried out before the next call.
    Outcome publish(const std::vector<std::uint8_t>& prepared, const DataplaneFacts& dataplane,
                    std::optional<Publish>& out);

    /// Slots that nobody reads any more: they are to be wiped before the next call.
    std::vector<std::uint32_t> retire(const DataplaneFacts& dataplane);

private:
    SlotUse use_by(const DataplaneFacts& dataplane) const;

    PublishedSnapshots standing_;
};

}  // namespace ropewalk::control::publication
