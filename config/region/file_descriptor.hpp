#pragma once

#include <unistd.h>

#include <utility>

namespace ropewalk::config::region {

/// Owns a file descriptor and closes it.
class FileDescriptor {
public:
    explicit FileDescriptor(int number = -1) : number_(number) {}
    FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~FileDescriptor() {
        if (number_ >= 0) ::close(number_);
    }

    explicit operator bool() const { return number_ >= 0; }
    int number() const { return number_; }
    /// Leaves it to the caller, open.
    int release() { return std::exchange(number_, -1); }

private:
    int number_;
};

}  // namespace ropewalk::config::region
