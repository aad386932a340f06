#include "control/cli/events.hpp"

#include <time.h>

#include <cstdio>

#include <fmt/format.h>

#include "config/region/region.hpp"
#include "control/cli/choose_gateway.hpp"
#include "control/cli/event_reader.hpp"
#include "control/telling/event_text.hpp"

namespace ropewalk::control::cli {

using config::region::EventRecord;
using config::region::Region;
using config::region::Role;

namespace {

constexpr timespec look_interval{0, 100'000'000};

using Form = EventsOptions::Form;

/// Follows one file, and the next one that takes its place.
class Follower {
public:
    Follower(std::string gateway, Form form, Region region)
        : gateway_(std::move(gateway)), form_(form), region_(std::move(region)) {}

    void print_new() {
        print_of(region_);
        if (!region_.was_replaced()) return;
        auto next = Region::attach(gateway_, Role::observer);
        if (!next) return complain(next.error().message);
        print_of(region_);
        region_ = std::move(*next);
        reader_ = {};
        complaint_.clear();
        remark("the shared memory was made anew: numbers begin again");
        print_of(region_);
    }

private:
    void print_of(const Region& region) {
        reader_.read(
            region.control().events,
            [this](std::uint64_t number, const EventRecord& record) {
                std::printf("%s\n", form_ == Form::json ? telling::event_json(record, number, gateway_).c_str()
                                                        : telling::event_line(record).c_str());
            },
            [this](std::uint64_t first, std::uint64_t last) {
                remark(fmt::format("{} events, numbers {} to {}, were overwritten before they were read",
                                   last - first + 1, first, last));
            });
        std::fflush(stdout);
    }

    /// Beside the events, in their order; a document of JSON is an event and nothing else.
    void remark(const std::string& sentence) const {
        std::fprintf(form_ == Form::json ? stderr : stdout, "(%s)\n", sentence.c_str());
    }

    void complain(const std::string& problem) {
        if (problem != complaint_) std::fprintf(stderr, "%s; trying again\n", problem.c_str());
        complaint_ = problem;
    }

    const std::string gateway_;
    const Form form_;
    Region region_;
    EventReader reader_;
    std::string complaint_;
};

}  // namespace

int events(const EventsOptions& options) {
    const auto name = choose_gateway(options.gateway, "ropewalk events");
    auto region = name ? Region::attach(*name, Role::observer) : tl::make_unexpected(name.error());
    if (!region) {
        std::fprintf(stderr, "%s\n", region.error().message.c_str());
        return 1;
    }
    Follower follower(*name, options.form, std::move(*region));
    follower.print_new();
    while (options.until == EventsOptions::Until::stopped) {
        ::nanosleep(&look_interval, nullptr);
        follower.print_new();
    }
    return 0;
}

}  // namespace ropewalk::control::cli
