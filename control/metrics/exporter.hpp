#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "config/region/file_descriptor.hpp"
#include "config/region/region.hpp"
#include "config/schema/endpoint.hpp"
#include "control/metrics/exported.hpp"
#include "control/metrics/http_server.hpp"
#include "control/metrics/told.hpp"

namespace ropewalk::control::metrics {

/// Serves metrics in a thread of its own, from the shared memory's cells and what control hands it, so that control's
/// turn never waits for a client. An address that is not to be had is tried every second.
class Exporter {
public:
    /// Both must outlive it.
    Exporter(const config::region::Region& region, const Told& told);
    /// Ends the thread and all connections.
    ~Exporter();
    Exporter(const Exporter&) = delete;
    Exporter& operator=(const Exporter&) = delete;

    /// Where to serve, if at all, and whose cells are whose. Never waits.
    void configure(const std::optional<config::schema::Endpoint>& listen, Exported exported);

    /// Why nothing is served although it should be; empty when all is well.
    std::string problem() const;

private:
    struct Wanted {
        std::optional<config::schema::Endpoint> listen;
        Exported exported;
    };

    void serve();
    void follow(const std::optional<config::schema::Endpoint>& listen);
    void set_problem(std::string problem);
    void wake() const;
    std::string page(Format format) const;

    const config::region::Region& region_;
    const Told& told_;
    const config::region::FileDescriptor wakeups_;  ///< eventfd
    std::atomic<std::shared_ptr<const Wanted>> wanted_;
    std::atomic<std::shared_ptr<const std::string>> problem_;
    std::atomic<bool> is_stopping_{false};
    std::thread thread_;

    // The thread's own.
    std::unique_ptr<HttpServer> server_;
    std::optional<config::schema::Endpoint> served_;
    std::uint64_t retry_ns_ = 0;
};

}  // namespace ropewalk::control::metrics
