#pragma once

#include <cstdint>
#include <ranges>
#include <span>

#include "config/region/records.hpp"

namespace ropewalk::config::region {

/// Read access to a verified snapshot; does not own the bytes.
class View {
public:
    /// `bytes` must have passed verify().
    explicit View(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

    const SnapshotHeader& header() const { return *reinterpret_cast<const SnapshotHeader*>(bytes_.data()); }
    std::span<const PortRecord> ports() const { return table<PortRecord>(header().ports); }
    /// The one that users are behind; null where they are behind a kernel interface.
    const PortRecord* inside_port() const {
        const std::uint16_t port = header().boot.inside_port;
        return port == no_inside_port ? nullptr : &ports()[port];
    }
    /// The others, in their order.
    auto wan_ports() const {
        return ports() |
               std::views::filter([inside = inside_port()](const PortRecord& port) { return &port != inside; });
    }
    std::span<const TunnelRecord> tunnels() const { return table<TunnelRecord>(header().tunnels); }
    std::span<const PathRecord> paths() const { return table<PathRecord>(header().paths); }
    std::span<const ClassRecord> classes() const { return table<ClassRecord>(header().classes); }
    std::span<const RangeV4Record> ranges_v4() const { return table<RangeV4Record>(header().ranges_v4); }
    std::span<const RangeV6Record> ranges_v6() const { return table<RangeV6Record>(header().ranges_v6); }
    std::span<const PathRecord> paths_of(const TunnelRecord& tunnel) const {
        return paths().subspan(tunnel.first_path, tunnel.path_count);
    }
    std::span<const ClassRecord> classes_of(const TunnelRecord& tunnel) const {
        return classes().subspan(tunnel.first_class, tunnel.class_count);
    }

private:
    template <class T>
    std::span<const T> table(const Table& where) const {
        return {reinterpret_cast<const T*>(bytes_.data() + where.offset), where.count};
    }

    std::span<const std::uint8_t> bytes_;
};

}  // namespace ropewalk::config::region
