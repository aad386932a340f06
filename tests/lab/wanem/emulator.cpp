#include "tests/lab/wanem/emulator.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "config/schema/notes.hpp"
#include "tests/lab/wanem/read_scenario.hpp"
#include "tests/lab/wanem/report.hpp"

namespace ropewalk::tests::lab::wanem {
namespace {

constexpr auto ends = {End::near, End::far};
/// A wait never lasts longer: whether the interfaces are still there is looked at in between.
constexpr Duration longest_wait = std::chrono::milliseconds(500);
/// So that frames go out in time while others come in without end.
constexpr int most_bursts_in_a_row = 2;
/// A change is not kept waiting by a flood.
constexpr int most_bursts_at_once = 1000;
constexpr Duration longest_patience = std::chrono::microseconds(150);

}  // namespace

Result<Emulator> Emulator::start(Scenario scenario, const Options& options) {
    auto near = PacketSocket::open(scenario.near);
    if (!near) return tl::make_unexpected(near.error());
    auto far = PacketSocket::open(scenario.far);
    if (!far) return tl::make_unexpected(far.error());
    return Emulator(std::move(scenario), options, {std::move(*near), std::move(*far)});
}

Emulator::Emulator(Scenario scenario, const Options& options, std::array<PacketSocket, 2> sockets)
    : scenario_(std::move(scenario)),
      options_(options),
      line_(scenario_.settings, scenario_.seed),
      sockets_(std::move(sockets)) {}

Result<void> Emulator::run(int signals) {
    if (!options_.control_path.empty()) {
        auto control =
            ControlSocket::listen(options_.control_path, [this](const std::string& line) { return answer(line); });
        if (!control) return tl::make_unexpected(control.error());
        control_.emplace(std::move(*control));
    }
    const Duration end = options_.duration.value_or(Duration::max());
    while (clock_.now() < end) {
        receive_some();
        if (const auto change = next_change_at(); change && *change <= clock_.now()) {
            receive_all();
            apply_changes(clock_.now());
        }
        for (const End at : ends) send_due(at);
        if (wait_until(std::min(next_event(), end), signals)) break;
        if (const Duration now = clock_.now(); now >= next_check_) {
            next_check_ = now + longest_wait;
            if (auto there = check_interfaces(); !there) return there;
        }
    }
    return {};
}

/// On a line with a delay, frames may wait a little in the kernel, which has their time: taking up several at once
/// costs half as much as each by itself.
void Emulator::receive_some() {
    if (clock_.now() < next_look_) return;
    bool came = false;
    for (const End at : ends) {
        for (int bursts = 0; bursts < most_bursts_in_a_row; ++bursts) {
            const std::size_t frames = receive(at);
            came = came || frames > 0;
            if (frames < PacketSocket::burst) break;
        }
    }
    const LineSettings& line = line_.settings();
    if (came)
        next_look_ = clock_.now() + std::min(longest_patience, std::min(line.upload.delay, line.download.delay) / 4);
}

void Emulator::receive_all() {
    for (const End at : ends) {
        for (int bursts = 0; bursts < most_bursts_at_once && receive(at) == PacketSocket::burst; ++bursts) continue;
    }
}

/// Returns how many frames came, a burst at most.
std::size_t Emulator::receive(End end) {
    const auto received = socket(end).receive();
    if (received.empty()) return 0;
    const Duration now = clock_.now(), offset = clock_.wall_clock_offset();
    for (const PacketSocket::Received& frame : received) take(end, now, offset, frame);
    return received.size();
}

/// A frame counts from when the kernel took it, so that the time it waited for this program is not added to its delay.
void Emulator::take(End end, Duration now, Duration wall_clock_offset, const PacketSocket::Received& received) {
    Duration& last = last_arrival_[static_cast<std::size_t>(end)];
    const Duration at = std::max(last, std::min(now, received.at - wall_clock_offset));
    last = at;
    apply_changes(at);
    if (received.lacks_checksum) warn_once(end, "frames without their checksums");
    if (received.bytes.size() > socket(end).longest_frame()) {
        warn_once(end, "frames longer than the interface's MTU");
        Tally& tally = line_.from(end).tally();
        tally.in.add(received.bytes.size());
        tally.drop(DropCause::oversized);
        return;
    }
    const std::vector<std::uint8_t> reply = line_.take(end, at, received.bytes);
    if (reply.empty()) return;
    const std::span<const std::uint8_t> frame(reply);
    socket(end).send(std::span(&frame, 1));
}

void Emulator::apply_changes(Duration until) {
    for (auto at = next_change_at(); at && *at <= until; at = next_change_at()) {
        config::schema::Notes notes("timeline");
        LineSettings settings = line_.settings();
        read_change(scenario_.timeline[next_change_].what, "", settings, notes);
        // Only a change by hand can have brought about what the timeline now contradicts.
        for (const auto& problem : notes.take_problems()) std::fprintf(stderr, "%s\n", to_string(problem).c_str());
        line_.change(settings);
        if (++next_change_ == scenario_.timeline.size() && scenario_.repeat) {
            next_change_ = 0;
            timeline_start_ += *scenario_.repeat;
        }
    }
}

std::optional<Duration> Emulator::next_change_at() const {
    if (next_change_ == scenario_.timeline.size()) return std::nullopt;
    return timeline_start_ + scenario_.timeline[next_change_].at;
}

void Emulator::send_due(End end) {
    Direction& direction = line_.to(end);
    std::vector<HeldFrames::Held> due;
    for (const Duration now = clock_.now(); auto held = direction.held().take_due(now);) {
        due.push_back(std::move(*held));
        if (due.size() == PacketSocket::burst) send(direction, socket(end), due);
    }
    if (!due.empty()) send(direction, socket(end), due);
}

void Emulator::send(Direction& direction, PacketSocket& out, std::vector<HeldFrames::Held>& due) {
    std::array<std::span<const std::uint8_t>, PacketSocket::burst> frames;
    const Duration now = clock_.now();
    for (std::size_t i = 0; i < due.size(); ++i) {
        frames[i] = due[i].bytes;
        direction.late_by().note(now - due[i].departure);
    }
    const Volume taken = out.send(std::span(frames).first(due.size()));
    Tally& tally = direction.tally();
    tally.out.frames += taken.frames;
    tally.out.bytes += taken.bytes;
    tally.drop(DropCause::send_failed, due.size() - taken.frames);
    for (HeldFrames::Held& held : due) direction.held().recycle(std::move(held.bytes));
    due.clear();
}

void Emulator::note_kernel_drops() {
    for (const End end : ends) {
        const std::uint64_t dropped = socket(end).take_dropped();
        line_.from(end).tally().in.frames += dropped;
        line_.from(end).tally().drop(DropCause::starved, dropped);
    }
}

Result<void> Emulator::check_interfaces() const {
    for (const PacketSocket& socket : sockets_) {
        if (!socket.is_there()) return fail(fmt::format("interface '{}' has gone", socket.interface()));
    }
    return {};
}

Duration Emulator::next_event() const {
    Duration next = clock_.now() + longest_wait;
    if (const auto departure = line_.next_departure()) next = std::min(next, *departure);
    if (const auto change = next_change_at()) next = std::min(next, *change);
    return next;
}

bool Emulator::wait_until(Duration time, int signals) {
    const Duration now = clock_.now();
    const short wanted = now < next_look_ ? 0 : POLLIN;
    descriptors_.assign({{signals, POLLIN, 0},
                         {socket(End::near).descriptor(), wanted, 0},
                         {socket(End::far).descriptor(), wanted, 0}});
    if (control_) control_->append_to(descriptors_);
    if (now < next_look_) time = std::min(time, next_look_);
    const Duration wait = std::max(Duration::zero(), time - now - options_.spin);
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(wait);
    const timespec timeout{whole.count(), (wait - whole).count()};
    if (::ppoll(descriptors_.data(), descriptors_.size(), &timeout, nullptr) <= 0) return false;
    const auto is_ready = [](const pollfd& descriptor) { return descriptor.revents != 0; };
    if (control_ && std::any_of(descriptors_.begin() + 3, descriptors_.end(), is_ready)) {
        // What came in before a request is treated, and counted, as before it.
        receive_all();
        control_->serve();
    }
    return is_ready(descriptors_.front());
}

/// A change, or `{"show":"counters"}`.
std::string Emulator::answer(const std::string& request) {
    const auto parsed = nlohmann::json::parse(request, nullptr, false);
    if (parsed.is_object() && parsed.value("show", "") == "counters") return final_report();
    apply_changes(clock_.now());
    const auto settings = read_change_text(request, line_.settings());
    nlohmann::ordered_json reply{{"ok", settings.has_value()}};
    if (settings) {
        line_.change(*settings);
    } else {
        for (const auto& problem : settings.error()) reply["problems"].push_back(to_string(problem));
    }
    return reply.dump();
}

std::string Emulator::final_report() {
    note_kernel_drops();
    return report(line_, {scenario_.seed, clock_.now(), Clock::cpu_time()});
}

void Emulator::warn_once(End end, const char* what) {
    if (std::exchange(has_warned_[static_cast<std::size_t>(end)], true)) return;
    std::fprintf(stderr,
                 "ropewalk-wanem: %s come in on '%s': switch the offloads of the sending end off (ethtool -K INTERFACE "
                 "tx off gso off)\n",
                 what, socket(end).interface().c_str());
}

}  // namespace ropewalk::tests::lab::wanem
