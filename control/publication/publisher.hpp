#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "config/region/region.hpp"
#include "config/region/view.hpp"
#include "config/result.hpp"
#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"

namespace ropewalk::control::publication {

/// Puts snapshots into shared memory: writes one into a free slot, then makes it the published one by a single
/// release store. A control that is killed in between leaves the previous one published and whole.
class Publisher {
public:
    /// `region` must outlive the publisher. Goes on with the generation that it finds there.
    explicit Publisher(const config::region::Region& region);

    /// Newest published generation; 0 before the first.
    std::uint64_t generation() const { return published_.generation; }

    /// The published snapshot; empty when there is none, or it is damaged.
    std::optional<config::region::View> current() const;

    /// What publish() would write. Fails when it does not fit, or is not what a dataplane would accept.
    static Result<std::vector<std::uint8_t>> prepare(const config::schema::Gateway& gateway,
                                                     const config::snapshot::Resolved& resolved,
                                                     std::uint64_t generation);

    enum class Outcome : std::uint8_t {
        published,
        unchanged,  ///< it would say the same as the published one
        busy,       ///< every slot may still be read; try again soon
    };
    enum class Dataplane : std::uint8_t { absent, alive };

    /// Builds and publishes a snapshot; fails as prepare() does.
    Result<Outcome> publish(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved,
                            Dataplane dataplane);

private:
    bool is_published(const std::vector<std::uint8_t>& bytes) const;
    std::optional<std::uint32_t> free_slot(Dataplane dataplane) const;

    const config::region::Region& region_;
    config::region::Publication published_;
    std::array<std::uint64_t, config::region::snapshot_slots> generations_{};
};

}  // namespace ropewalk::control::publication
