#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "config/region/file_descriptor.hpp"
#include "config/region/layout.hpp"
#include "config/result.hpp"

namespace ropewalk::config::region {

/// Which section a process may write; the other is mapped read-only, and so are both for an observer.
enum class Role : std::uint8_t { control, dataplane, observer };

/// The path of a gateway's shared memory file.
std::string region_path(const std::string& gateway);

/// A mapping of one gateway's shared memory; unmapped at destruction, the file stays. Control's and the dataplane's
/// also hold a lock on the file: the lock in /run/ropewalk may be lost with its directory, this one only with the
/// memory itself.
class Region {
public:
    /// Control's way in, after it took the gateway's control lock: takes over a valid file of this gateway with all
    /// that stands in it, or puts a new one, filled with zeros but for its identity, in the place of what cannot be
    /// used. All its memory is allocated (a full /dev/shm fails here and not later). Mode 0600. What another user made
    /// or may write is replaced unread, whoever has locked it. Fails, and leaves everything as it was, when another
    /// control holds the file, or a running dataplane still uses one of another ABI.
    static Result<Region> create_or_take_over(const std::string& gateway);

    /// Maps an existing file; fails when it is missing, of another ABI, or owned by neither root nor this user, and in
    /// role dataplane when another dataplane has it.
    static Result<Region> attach(const std::string& gateway, Role role);

    Region(Region&& other) noexcept;
    Region& operator=(Region&& other) noexcept;
    ~Region();

    /// Writable in role control only (a write elsewhere is a fault).
    ControlSection& control() const;
    /// Writable in role dataplane only.
    DataplaneSection& dataplane() const;
    /// True when the name in /dev/shm now leads to another file than the one mapped here; false when it leads nowhere.
    bool was_replaced() const;

private:
    Region(std::string path, void* base, std::uint64_t inode) : path_(std::move(path)), base_(base), inode_(inode) {}
    static Result<Region> create(const std::string& path, const std::string& gateway);
    static Result<Region> map(const std::string& path, FileDescriptor file, Role role);

    std::string path_;
    FileDescriptor held_;
    void* base_ = nullptr;
    std::uint64_t inode_ = 0;
};

}  // namespace ropewalk::config::region
