#include <memory>

#include "dataplane/headers/outer_headers.hpp"
#include "perf/core/work.hpp"
#include "perf/fixture/arrived_frames.hpp"

/// The four kinds of work. Each frame that one side sends is what the other side of the same gateway receives.
namespace ropewalk::perf::core {

using dataplane::headers::OuterFamily;
using ArrivedHeaders = dataplane::headers::OuterHeaders<OuterFamily::ipv4, config::Wire::ropewalk>;

namespace {

constexpr std::uint16_t arrived_text_at = ArrivedHeaders::size + sizeof(dataplane::packet::EspHeader);

class ToPaths final : public Work {
public:
    ToPaths(fixture::LoopedGateway& gateway, fixture::InnerPackets packets, std::uint16_t copies)
        : Work(gateway, std::move(packets)), copies_(copies) {}

    fixture::Tally expected() const override { return {.copies_sent = copies_}; }
    FloorKind floor_kind() const override { return FloorKind::seal; }

private:
    void prepare() override { packets_.fill(inside_); }
    void pipeline() override { to_paths(); }
    void stages(StageClock& clock) override { to_paths(clock); }

    std::uint16_t copies_;
};

class ToInside final : public Work {
public:
    using Work::Work;
    ToInside(fixture::LoopedGateway& gateway, fixture::InnerPackets packets) : Work(gateway, std::move(packets)) {}

    fixture::Tally expected() const override { return {.copies_sent = 1, .delivered = 1}; }
    FloorKind floor_kind() const override { return FloorKind::open; }
    std::uint16_t text_at() const override { return arrived_text_at; }

private:
    void prepare() override {
        packets_.fill(inside_);
        to_paths();
        fixture::place_as_received(egress_.wan[0]);
    }
    void pipeline() override { to_inside(0); }
    void stages(StageClock& clock) override { to_inside(0, clock); }
};

class DuplicateDrop final : public Work {
public:
    DuplicateDrop(fixture::LoopedGateway& gateway, fixture::InnerPackets packets) : Work(gateway, std::move(packets)) {}

    fixture::Tally expected() const override { return {.copies_sent = 2, .delivered = 1, .duplicates = 1}; }
    FloorKind floor_kind() const override { return FloorKind::none; }

private:
    void prepare() override {
        packets_.fill(inside_);
        to_paths();
        fixture::place_as_received(egress_.wan[1]);
        to_inside(0);
        egress_.free_inside();
    }
    void pipeline() override { to_inside(1); }
    void stages(StageClock& clock) override { to_inside(1, clock); }
};

class Loop final : public Work {
public:
    Loop(fixture::LoopedGateway& gateway, fixture::InnerPackets packets, std::uint16_t copies)
        : Work(gateway, std::move(packets)), copies_(copies) {}

    fixture::Tally expected() const override {
        return {.copies_sent = copies_, .delivered = 1, .duplicates = copies_ - 1U};
    }
    FloorKind floor_kind() const override { return FloorKind::seal_and_open; }

private:
    void prepare() override { packets_.fill(inside_); }
    void pipeline() override { there_and_back(); }
    void stages(StageClock& clock) override { there_and_back(clock); }

    /// With a clock, or with none.
    template <class... Clock>
    void there_and_back(Clock&... clock) {
        to_paths(clock...);
        for (std::uint16_t port = 0; port < copies_; ++port) to_inside(port, clock...);
    }

    std::uint16_t copies_;
};

}  // namespace

std::unique_ptr<Work> Work::make(const RowKey& row, fixture::LoopedGateway& gateway, fixture::InnerPackets packets) {
    switch (row.work) {
        case WorkKind::to_paths:
            return std::make_unique<ToPaths>(gateway, std::move(packets), row.copies);
        case WorkKind::to_inside:
            return std::make_unique<ToInside>(gateway, std::move(packets));
        case WorkKind::duplicate_drop:
            return std::make_unique<DuplicateDrop>(gateway, std::move(packets));
        case WorkKind::loop:
            break;
    }
    return std::make_unique<Loop>(gateway, std::move(packets), row.copies);
}

}  // namespace ropewalk::perf::core
