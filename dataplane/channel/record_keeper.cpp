#include "dataplane/channel/record_keeper.hpp"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "dataplane/tunnel/sequence_lease.hpp"

namespace ropewalk::dataplane::channel {

using config::region::RecordCode;
using tunnel::SequenceStart;

/// What lies between the one who asks and the one who waits for the disk.
struct RecordKeeper::Desk {
    Desk(SequenceStore records, WallClock time) : store(std::move(records)), clock(std::move(time)) {}

    void work();
    RecordAnswer answer(const RecordRequest& request) const;
    void begin_sending(RecordAnswer& answer) const;
    void begin_receiving(RecordAnswer& answer) const;
    void write_lease(RecordAnswer& answer) const;
    void sync_leases(std::vector<RecordAnswer>& answers) const;

    const SequenceStore store;
    const WallClock clock;

    std::mutex mutex;  ///< of all below; never held while the disk is waited for
    std::vector<RecordRequest> requests;
    std::optional<std::vector<Received>> received;
    enum class Job : std::uint8_t { none, waiting } job = Job::none;
    std::vector<RecordAnswer> answers;
    std::vector<ReceivedAnswer> received_answers;
};

void RecordKeeper::Desk::begin_sending(RecordAnswer& answer) const {
    const auto limit = store.read_sent(answer.request.key_id);
    if (!limit) {
        answer.code = RecordCode::unreadable;
        answer.why = limit.error().message;
        return;
    }
    const std::uint64_t now_ns = clock.now_ns();
    const SequenceStart start = tunnel::decide_sequence_start(now_ns, *limit, answer.request.next_in_memory);
    if (start.action == SequenceStart::Action::hold) {
        answer.code = RecordCode::clock_behind;
        answer.limit = *limit;
        answer.why = fmt::format(
            "the clock stands {:.1f} s before sequence numbers already used under its key; set the clock right, or, if "
            "it is right and was ahead before, make a new key on both gateways (ropewalk genkey) or wait: the tunnel "
            "goes on when the clock has passed them",
            static_cast<double>(start.behind_ns) / 1e9);
        return;
    }
    answer.first = start.first;
    answer.limit = answer.first + tunnel::lease_numbers;
    write_lease(answer);
}

void RecordKeeper::Desk::begin_receiving(RecordAnswer& answer) const {
    const auto newest = store.read_received(answer.request.key_id);
    if (newest) {
        answer.received = *newest;
    } else {
        answer.code = RecordCode::unreadable;
        answer.why = newest.error().message;
    }
}

void RecordKeeper::Desk::write_lease(RecordAnswer& answer) const {
    const auto written = store.write_sent(answer.request.key_id, answer.limit);
    if (written) return;
    answer.code = RecordCode::unwritable;
    answer.why = written.error().message;
}

RecordAnswer RecordKeeper::Desk::answer(const RecordRequest& request) const {
    RecordAnswer answer{.request = request, .code = RecordCode::fine, .why = {}, .received = {}};
    switch (request.kind) {
        case RecordRequest::Kind::begin_sending:
            begin_sending(answer);
            break;
        case RecordRequest::Kind::renew_lease:
            answer.limit = request.limit;
            write_lease(answer);
            break;
        case RecordRequest::Kind::begin_receiving:
            begin_receiving(answer);
            break;
    }
    return answer;
}

/// A lease is none before its record is on disk, name and all.
void RecordKeeper::Desk::sync_leases(std::vector<RecordAnswer>& done) const {
    const auto is_lease = [](const RecordAnswer& one) {
        return one.request.kind != RecordRequest::Kind::begin_receiving && one.code == RecordCode::fine;
    };
    if (std::ranges::none_of(done, is_lease)) return;
    const auto synced = store.sync();
    if (synced) return;
    for (RecordAnswer& one : done) {
        if (!is_lease(one)) continue;
        one.code = RecordCode::unwritable;
        one.why = synced.error().message;
    }
}

void RecordKeeper::Desk::work() {
    std::vector<RecordRequest> asked;
    std::optional<std::vector<Received>> numbers;
    {
        const std::lock_guard lock(mutex);
        asked = std::exchange(requests, {});
        numbers = std::exchange(received, std::nullopt);
        job = Job::none;
    }
    std::vector<RecordAnswer> done;
    for (const RecordRequest& request : asked) done.push_back(answer(request));
    sync_leases(done);
    {
        const std::lock_guard lock(mutex);
        answers.insert(answers.end(), std::make_move_iterator(done.begin()), std::make_move_iterator(done.end()));
    }
    if (!numbers) return;
    auto recorded = store.record_received(*numbers);
    const std::lock_guard lock(mutex);
    received_answers.push_back({std::move(*numbers), std::move(recorded)});
}

RecordKeeper::RecordKeeper(SequenceStore store, WallClock clock, RunOnDisk run_on_disk)
    : desk_(std::make_shared<Desk>(std::move(store), std::move(clock))), run_on_disk_(std::move(run_on_disk)) {}

void RecordKeeper::see_to_it() {
    {
        const std::lock_guard lock(desk_->mutex);
        if (std::exchange(desk_->job, Desk::Job::waiting) == Desk::Job::waiting) return;
    }
    run_on_disk_([desk = desk_] { desk->work(); });
}

void RecordKeeper::ask(const RecordRequest& request) {
    {
        const std::lock_guard lock(desk_->mutex);
        desk_->requests.push_back(request);
    }
    see_to_it();
}

void RecordKeeper::record_received(std::vector<Received> numbers) {
    {
        const std::lock_guard lock(desk_->mutex);
        desk_->received = std::move(numbers);
    }
    see_to_it();
}

std::vector<RecordAnswer> RecordKeeper::take_answers() {
    const std::lock_guard lock(desk_->mutex);
    return std::exchange(desk_->answers, {});
}

std::vector<ReceivedAnswer> RecordKeeper::take_received_answers() {
    const std::lock_guard lock(desk_->mutex);
    return std::exchange(desk_->received_answers, {});
}

}  // namespace ropewalk::dataplane::channel
