#include "control/cli/show.hpp"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "config/region/region.hpp"

namespace ropewalk::control::cli {

using nlohmann::ordered_json;
using Samples = std::vector<Sample>;

namespace {

volatile sig_atomic_t stop_requested = 0;

void request_stop(int) {
    stop_requested = 1;
}

void catch_signals() {
    struct sigaction action {};
    action.sa_handler = request_stop;
    for (const int number : {SIGINT, SIGTERM}) sigaction(number, &action, nullptr);
}

Samples take_samples(const std::string& gateway) {
    Samples samples;
    for (const std::string& name : gateway.empty() ? find_gateways() : std::vector{gateway})
        samples.push_back(take_sample(name));
    return samples;
}

/// The sample of the same gateway a second ago; null when there is none, or one of another dataplane's life.
const Sample* before_of(const Sample& sample, const Samples& before) {
    const auto found = std::ranges::find(before, sample.gateway, &Sample::gateway);
    const bool comparable = found != before.end() && found->problem.empty() && found->now_ns < sample.now_ns &&
                            found->dataplane.life_uuid == sample.dataplane.life_uuid;
    return comparable ? &*found : nullptr;
}

std::string text_of(const ShowOptions& options, const Samples& samples, const Samples& before) {
    if (samples.empty())
        return fmt::format(
            "no gateway on this machine (there is no {}*); start one: ropewalk-control --config FILE, "
            "then ropewalk-dataplane NAME\n",
            config::region::region_path(""));
    std::string text;
    for (const Sample& sample : samples) {
        if (!text.empty()) text += "\n";
        text += heading_text(sample) + options.page->text(sample, before_of(sample, before)) + problems_text(sample);
    }
    return text;
}

std::string json_of(const ShowOptions& options, const Samples& samples, const Samples& before) {
    ordered_json documents = ordered_json::array();
    for (const Sample& sample : samples) {
        ordered_json document = heading_json(sample);
        options.page->json(sample, before_of(sample, before), document);
        documents.push_back(std::move(document));
    }
    const ordered_json whole = options.gateway.empty() ? ordered_json{{"gateways", documents}} : documents[0];
    const int indent = options.repeat == ShowOptions::Repeat::once ? 2 : -1;
    return whole.dump(indent, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

/// One found must be readable; one asked for by name must also be there.
bool is_failure(const ShowOptions& options, const Sample& sample) {
    const bool exists = ::access(config::region::region_path(sample.gateway).c_str(), F_OK) == 0;
    return !sample.problem.empty() && (exists || !options.gateway.empty());
}

void print(const ShowOptions& options, const Samples& samples, const Samples& before) {
    const bool repaints = options.repeat == ShowOptions::Repeat::every_second &&
                          options.form == ShowOptions::Form::text && ::isatty(STDOUT_FILENO) == 1;
    std::string page =
        options.form == ShowOptions::Form::json ? json_of(options, samples, before) : text_of(options, samples, before);
    if (repaints) {
        // Home; each line cleared to its end; then all below: nothing flickers.
        std::string painted = "\033[H";
        for (const char byte : page) painted += byte == '\n' ? std::string("\033[K\n") : std::string(1, byte);
        page = painted + "\033[J";
    } else if (options.repeat == ShowOptions::Repeat::every_second && options.form == ShowOptions::Form::text) {
        page += "\n";
    }
    std::fwrite(page.data(), 1, page.size(), stdout);
    std::fflush(stdout);
}

}  // namespace

int show(const ShowOptions& options) {
    catch_signals();
    Samples before;
    for (;;) {
        Samples samples = take_samples(options.gateway);
        print(options, samples, before);
        if (options.repeat == ShowOptions::Repeat::once) {
            const auto failed = [&](const Sample& sample) { return is_failure(options, sample); };
            return std::ranges::any_of(samples, failed) ? 1 : 0;
        }
        before = std::move(samples);
        const timespec one_second{1, 0};
        if (stop_requested == 0) ::nanosleep(&one_second, nullptr);
        if (stop_requested != 0) return 0;
    }
}

}  // namespace ropewalk::control::cli
