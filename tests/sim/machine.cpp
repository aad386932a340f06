#include "tests/sim/machine.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "config/region/received.hpp"
#include "dataplane/channel/sequence_store.hpp"
#include "tests/sim/configurations.hpp"
#include "tests/sim/process_died.hpp"

namespace ropewalk::tests::sim {

using dataplane::channel::SequenceStore;

namespace {

/// More than a turn of all queues and their copies need.
constexpr std::uint32_t packet_buffers = 1200;

std::string name_for_this_process(Side side) {
    return fmt::format("sim-{}-{}", name_of(side), ::getpid());
}

std::uint16_t ports_of(const Scenario& scenario) {
    return static_cast<std::uint16_t>(gateway_of(scenario, Side::edge, 0, 1).ports.size());
}

}  // namespace

MachineParts::MachineParts(Side side)
    : shared(name_for_this_process(side)),
      packets(packet_buffers),
      state_dir("/dev/shm/ropewalk-" + name_for_this_process(side)) {}

Machine::Machine(Side side, const Scenario& scenario, MachineParts& parts)
    : side_(side),
      scenario_(scenario),
      parts_(parts),
      clock_(scenario.clocks[index_of(side)]),
      ports_(ports_of(scenario), parts.packets),
      classes_(side == Side::edge ? scenario.classes : 0) {
    parts_.shared.make_anew();
    std::filesystem::create_directory(parts_.state_dir);
}

Machine::~Machine() {
    kill_control();
    kill_dataplane();
    std::filesystem::remove_all(parts_.state_dir);
}

ControlProcess::Liveness Machine::liveness() const {
    return dataplane_ ? ControlProcess::Liveness::alive : ControlProcess::Liveness::gone;
}

const config::schema::Gateway& Machine::configured() const {
    return gateway_of(scenario_, side_, classes_, least_shards_);
}

ControlProcess::Configuration Machine::files() const {
    const auto& gateway = configured();
    return {gateway, {{gateway.tunnels.front().name, keys_of(side_, keys_)}}};
}

unsigned Machine::keys_in_use() const {
    unsigned number = 0;
    while (keys_of(side_, number).rx_key_id != dataplane_->rx_key_id()) ++number;
    return number;
}

void Machine::start_control(Time now) {
    const auto& gateway = configured();
    const HeapAccount::Charge charge(parts_.control_heap);
    most_shards_ = std::max<unsigned>(most_shards_, gateway.tunnels.front().shards);
    control_ = std::make_unique<ControlProcess>(parts_.shared.of_control(), files(),
                                                next_hops_of(scenario_, gateway, lost_next_hops_), liveness(),
                                                monotonic_ns(now));
}

void Machine::kill_control() {
    control_.reset();
}

void Machine::tick_control(Time now) {
    const HeapAccount::Charge charge(parts_.control_heap);
    if (control_) control_->tick(liveness(), monotonic_ns(now));
}

void Machine::reload(unsigned classes, Time now) {
    // All the sets up to the wanted one at once: there are fewer slots than that, so that one finds none.
    for (unsigned set = 0; set <= classes; ++set) {
        if (side_ == Side::edge) classes_ = set;
        tell_control(now);
    }
}

void Machine::change_keys(unsigned classes, Time now) {
    if (side_ == Side::edge) classes_ = classes;
    ++keys_;
    tell_control(now);
}

void Machine::tell_control(Time now) {
    const auto& gateway = configured();
    const HeapAccount::Charge charge(parts_.control_heap);
    if (!control_) return;
    most_shards_ = std::max<unsigned>(most_shards_, gateway.tunnels.front().shards);
    control_->reload(files(), liveness(), monotonic_ns(now));
}

void Machine::set_lost_next_hops(std::uint32_t lost) {
    lost_next_hops_ = lost;
    const auto& gateway = configured();
    const HeapAccount::Charge charge(parts_.control_heap);
    if (control_) control_->learn(next_hops_of(scenario_, gateway, lost));
}

bool Machine::attach_dataplane() {
    auto boot = DataplaneProcess::attach(parts_.shared.of_dataplane());
    if (!boot || boot->empty()) return false;
    boot_ = std::move(*boot);
    return true;
}

std::uint64_t Machine::recorded_floor(unsigned keys) const {
    const std::uint64_t key_id = keys_of(side_, keys).rx_key_id;
    const auto store = SequenceStore::open(parts_.state_dir);
    const auto floor = store ? store->read_received(key_id).value_or(std::nullopt) : std::nullopt;
    return std::max(floor.value_or(0), config::region::newest_received(section(), key_id));
}

std::variant<Machine::Started, Machine::Refused> Machine::start_dataplane(Time now) {
    for (unsigned keys = 0; keys <= keys_; ++keys) floors_[keys] = recorded_floor(keys);
    ++lives_;
    std::memcpy(life_.data(), &lives_, sizeof lives_);
    life_[8] = static_cast<std::uint8_t>(side_);
    life_[9] = 1;
    now_ = now;
    const dataplane::channel::WallClock wall{[this] { return clock_.time_of_day_ns(now_); }};
    const DataplaneProcess::Setup setup{
        parts_.shared.of_dataplane(), parts_.packets, ports_, parts_.state_dir, wall, life_, lives_};
    const HeapAccount::Charge charge(parts_.dataplane_heap);
    auto started = DataplaneProcess::start(setup, *boot_, monotonic_ns(now));
    if (!started) return Refused{started.error().message};
    dataplane_ = std::move(*started);
    return Started{};
}

void Machine::kill_dataplane() {
    boot_.reset();
    dataplane_.reset();
    ports_.empty_queues();
    ports_.die_at_moment(0);
    parts_.packets.take_all_back();
}

void Machine::stop_dataplane() {
    if (dataplane_) dataplane_->stop();
    kill_dataplane();
}

void Machine::keep_house(Time now) {
    now_ = now;
    const HeapAccount::Charge charge(parts_.dataplane_heap);
    if (dataplane_) dataplane_->keep_house(monotonic_ns(now));
}

Machine::Turned Machine::turn(Time now) {
    try {
        const HeapAccount::Charge charge(parts_.dataplane_heap);
        return dataplane_->turn(monotonic_ns(now)) == 0 ? Turned::idle : Turned::worked;
    } catch (const ProcessDied&) {
        return Turned::died;
    }
}

void Machine::lose_memory() {
    parts_.shared.make_anew();
    // The peer sends to the ports it knows of until it hears of the new life. Who wants fewer waits for that.
    least_shards_ = most_shards_;
}

void Machine::set_disk(Disk disk) {
    std::vector<std::string> files{"received"};
    for (unsigned number = 0; number < key_sets; ++number)
        files.push_back(fmt::format("{:016x}", keys_of(side_, number).tx_key_id));
    for (const std::string& file : files) {
        // A folder where the new record would be written.
        const std::string obstacle = parts_.state_dir + "/sequence/" + file + ".new";
        std::error_code ignored;
        if (disk == Disk::refuses)
            std::filesystem::create_directories(obstacle, ignored);
        else
            std::filesystem::remove(obstacle, ignored);
    }
}

}  // namespace ropewalk::tests::sim
