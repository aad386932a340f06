#include "control/metrics/exporter.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <utility>

#include <spdlog/spdlog.h>

#include "config/region/clocks.hpp"
#include "control/metrics/page.hpp"

namespace ropewalk::control::metrics {

using config::region::monotonic_ns;
using config::schema::Endpoint;

namespace {

constexpr std::uint64_t retry_interval_ns = 1'000'000'000;

/// Signals are for control's own thread, and a client that went away ends nothing.
void block_signals() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

Exporter::Exporter(const config::region::Region& region, const Told& told)
    : region_(region), told_(told), wakeups_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Exporter::~Exporter() {
    if (!thread_.joinable()) return;
    is_stopping_ = true;
    wake();
    thread_.join();
}

void Exporter::configure(const std::optional<Endpoint>& listen, Exported exported) {
    wanted_ = std::make_shared<const Wanted>(Wanted{listen, std::move(exported)});
    if (thread_.joinable())
        wake();
    else if (listen)
        thread_ = std::thread([this] { serve(); });
}

std::string Exporter::problem() const {
    const auto problem = problem_.load();
    return problem ? *problem : std::string();
}

void Exporter::wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wakeups_.number(), &one, sizeof one);
}

void Exporter::serve() {
    block_signals();
    while (!is_stopping_) {
        follow(wanted_.load()->listen);
        std::array<pollfd, 2> polled{{{wakeups_.number(), POLLIN, 0}, {-1, POLLIN, 0}}};
        int patience_ms = problem().empty() ? -1 : static_cast<int>(retry_interval_ns / 1'000'000);
        if (server_) {
            polled[1].fd = server_->descriptor();
            patience_ms = server_->patience_ms(monotonic_ns());
        }
        ::poll(polled.data(), polled.size(), patience_ms);
        std::uint64_t wakeups = 0;
        if (polled[0].revents != 0) [[maybe_unused]]
            const auto drained = ::read(wakeups_.number(), &wakeups, sizeof wakeups);
        if (server_) server_->run(monotonic_ns());
    }
    server_.reset();
}

void Exporter::follow(const std::optional<Endpoint>& listen) {
    if (listen != served_) {
        server_.reset();
        served_ = listen;
        retry_ns_ = 0;
        if (!listen) set_problem({});
    }
    if (!listen || server_ || monotonic_ns() < retry_ns_) return;
    retry_ns_ = monotonic_ns() + retry_interval_ns;
    auto server = HttpServer::listen(*listen, [this](Format format) { return page(format); });
    if (!server) return set_problem(server.error().message);
    server_ = std::move(*server);
    set_problem({});
    spdlog::info("metrics are served on http://{}/metrics", to_string(*listen));
}

void Exporter::set_problem(std::string problem) {
    if (problem == this->problem()) return;
    if (!problem.empty()) spdlog::error("{}; trying every second", problem);
    problem_ = std::make_shared<const std::string>(std::move(problem));
}

std::string Exporter::page(Format format) const {
    const auto wanted = wanted_.load();
    const std::uint64_t now_ns = monotonic_ns();
    return page_of({wanted->exported, region_.control(), region_.dataplane(), told_,
                    publication::look_for_dataplane(region_.dataplane(), now_ns), now_ns},
                   format);
}

}  // namespace ropewalk::control::metrics
