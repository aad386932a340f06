#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "config/region/file_descriptor.hpp"
#include "config/result.hpp"
#include "control/commands/line_buffer.hpp"
#include "control/event_loop.hpp"

namespace ropewalk::control::commands {

/// The path of a gateway's control socket.
std::string command_socket_path(const std::string& gateway);

/// The UNIX socket by which the command line tool speaks to control: one JSON document a line, each way. For root only.
class CommandServer {
public:
    using ClientId = std::uint64_t;
    using OnLine = std::function<void(ClientId, const std::string&)>;

    /// `loop` must outlive the server.
    CommandServer(EventLoop& loop, std::string gateway, OnLine on_line);
    ~CommandServer();
    CommandServer(const CommandServer&) = delete;
    CommandServer& operator=(const CommandServer&) = delete;

    /// Puts the socket in its place, over what a dead control left there; the caller holds the gateway's lock. Does
    /// nothing while it is there, and puts it back when somebody removed it.
    Result<void> listen();

    /// Answers with a line; may be called at any later time. A client that has gone is forgotten silently.
    void reply(ClientId client, const std::string& line);

private:
    struct Client {
        config::region::FileDescriptor socket;
        LineBuffer input;
        std::string output;
    };

    void accept();
    void on_client(ClientId id, std::uint32_t events);
    bool read_lines(ClientId id);
    void drop(ClientId id);

    EventLoop& loop_;
    std::string path_;
    OnLine on_line_;
    config::region::FileDescriptor listener_;
    std::uint64_t listener_inode_ = 0;
    std::map<ClientId, Client> clients_;
    ClientId next_client_ = 1;
};

}  // namespace ropewalk::control::commands
