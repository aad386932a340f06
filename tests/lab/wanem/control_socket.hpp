#pragma once

#include <functional>
#include <list>
#include <string>
#include <vector>

#include <poll.h>

#include "config/region/file_descriptor.hpp"
#include "config/result.hpp"

namespace ropewalk::tests::lab::wanem {

/// The UNIX socket for changes by hand: each line a client sends is answered by one line.
class ControlSocket {
public:
    using Answer = std::function<std::string(const std::string& line)>;

    /// In place of what a dead emulator left there; refused where a living one listens.
    static Result<ControlSocket> listen(const std::string& path, Answer answer);
    ControlSocket(ControlSocket&&) noexcept = default;
    ControlSocket& operator=(ControlSocket&&) noexcept = delete;
    ~ControlSocket();

    /// What to wait for.
    void append_to(std::vector<pollfd>& descriptors) const;
    /// Accepts, reads and answers what there is; never waits.
    void serve();

private:
    struct Client {
        config::region::FileDescriptor socket;
        std::string input;
    };

    ControlSocket(config::region::FileDescriptor listener, std::string path, Answer answer)
        : listener_(std::move(listener)), path_(std::move(path)), answer_(std::move(answer)) {}

    bool is_finished(Client& client);

    config::region::FileDescriptor listener_;
    std::string path_;
    Answer answer_;
    std::list<Client> clients_;
};

}  // namespace ropewalk::tests::lab::wanem
