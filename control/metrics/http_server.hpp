#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include <microhttpd.h>

#include "config/result.hpp"
#include "config/schema/endpoint.hpp"
#include "control/metrics/metric_text.hpp"

namespace ropewalk::control::metrics {

/// Answers GET /metrics. One thread drives it by poll(2); it has none of its own. Bounded whatever clients do: so many
/// connections, of which the oldest unanswered one makes way for a new one, so many bytes of a request, so long for all
/// of it, and so many pages a second.
class HttpServer {
public:
    static constexpr unsigned most_connections = 32;
    static constexpr std::size_t most_connection_bytes = 16 * 1024;      ///< buffers of one, its request in them
    static constexpr std::uint64_t request_patience_ns = 2'000'000'000;  ///< from the connection to the whole request
    static constexpr std::uint64_t answer_patience_ns = 10'000'000'000;  ///< from then on
    static constexpr std::uint64_t page_life_ns = 100'000'000;           ///< whoever asks meanwhile gets the same page

    using Render = std::function<std::string(Format)>;

    /// `at` names a TCP port. Fails with a sentence that says what to do.
    static Result<std::unique_ptr<HttpServer>> listen(const config::schema::Endpoint& at, Render render);

    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// To be polled for POLLIN, but not longer than that.
    int descriptor() const;
    int patience_ms(std::uint64_t now_ns) const;

    void run(std::uint64_t now_ns);

private:
    struct Connection {
        int socket;
        std::uint64_t number;  ///< in the order in which they came
        std::uint64_t deadline_ns;
        bool is_answered = false;
    };
    struct Page {
        MHD_Response* response = nullptr;
        std::uint64_t until_ns = 0;
    };

    explicit HttpServer(Render render) : render_(std::move(render)) {}
    static MHD_Result on_request(void* self, MHD_Connection* connection, const char* url, const char* method,
                                 const char* version, const char* upload, std::size_t* upload_size, void** state);
    static void on_connection(void* self, MHD_Connection* connection, void** context,
                              MHD_ConnectionNotificationCode what);
    MHD_Result answer(MHD_Connection* connection, std::string_view url, std::string_view method);
    MHD_Response* page(Format format);
    void make_room();

    const Render render_;
    MHD_Daemon* daemon_ = nullptr;
    std::map<MHD_Connection*, Connection> connections_;
    std::uint64_t accepted_ = 0, now_ns_ = 0;
    Page pages_[2];  ///< by Format
};

}  // namespace ropewalk::control::metrics
