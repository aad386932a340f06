#pragma once

#include <cstdint>
#include <string>

#include "config/result.hpp"
#include "config/snapshot/layout.hpp"

namespace ropewalk::config::snapshot {

/// Which section a process may write; the other is mapped read-only, and so are both for an observer.
enum class Role : std::uint8_t { control, dataplane, observer };

/// The path of a gateway's shared memory file.
std::string region_path(const std::string& gateway);

/// A mapping of one gateway's shared memory; unmapped at destruction, the file stays.
class Region {
public:
    /// Control's way in: takes over a valid file of this gateway, or makes a new one, with all its memory allocated
    /// (a full /dev/shm fails here and not later). Mode 0600.
    static Result<Region> create_or_take_over(const std::string& gateway);

    /// Maps an existing file; fails when it is missing or of another ABI.
    static Result<Region> attach(const std::string& gateway, Role role);

    Region(Region&& other) noexcept;
    Region& operator=(Region&& other) noexcept;
    ~Region();

    /// Writable in role control only (a write elsewhere is a fault).
    ControlSection& control() const;
    /// Writable in role dataplane only.
    DataplaneSection& dataplane() const;
    /// True when the name in /dev/shm now leads to another file than the one mapped here.
    bool was_replaced() const;

private:
    Region(std::string path, void* base, std::uint64_t inode) : path_(std::move(path)), base_(base), inode_(inode) {}
    static Result<Region> map(const std::string& path, int file, Role role);

    std::string path_;
    void* base_ = nullptr;
    std::uint64_t inode_ = 0;
};

}  // namespace ropewalk::config::snapshot
