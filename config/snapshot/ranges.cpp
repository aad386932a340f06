#include "config/snapshot/ranges.hpp"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

namespace ropewalk::config::snapshot {
namespace {

/// Addresses of both families as numbers.
using Address = unsigned __int128;

struct Block {
    Address first, last;
    std::uint32_t tunnel;
};

struct Range {
    Address first;
    std::uint32_t tunnel;
};

Address last_of(Family family) {
    return family == Family::ipv4 ? Address{0xffffffff} : ~Address{0};
}

Address host_mask(unsigned host_bits) {
    return host_bits == 128 ? ~Address{0} : (Address{1} << host_bits) - 1;
}

Block block_of(const schema::Prefix& prefix, std::uint32_t tunnel) {
    const schema::Prefix network = schema::network_of(prefix);
    Address first = 0;
    for (std::size_t i = 0; i < network.address.size(); ++i) first = first << 8 | network.address.bytes[i];
    const std::size_t host_bits = network.address.size() * 8 - network.length;
    return {first, first | host_mask(static_cast<unsigned>(host_bits)), tunnel};
}

/// Blocks nest or stand apart, so a sweep in order of their first address with a stack of the open ones is enough.
class Sweep {
public:
    void open(const Block& block) {
        close_before(block.first);
        emit(block.first, block.tunnel);
        open_.push_back(block);
    }

    std::vector<Range> finish(Address last_address) {
        // A block that reaches the end of the address space has nothing behind it.
        while (!open_.empty() && open_.back().last < last_address) close_innermost();
        return std::move(ranges_);
    }

private:
    void close_before(Address address) {
        while (!open_.empty() && open_.back().last < address) close_innermost();
    }
    void close_innermost() {
        const Address next = open_.back().last + 1;
        open_.pop_back();
        emit(next, open_.empty() ? region::no_tunnel_index : open_.back().tunnel);
    }
    void emit(Address first, std::uint32_t tunnel) {
        if (ranges_.back().first == first) ranges_.pop_back();
        if (ranges_.empty() || ranges_.back().tunnel != tunnel) ranges_.push_back({first, tunnel});
    }

    std::vector<Block> open_;
    std::vector<Range> ranges_{{0, region::no_tunnel_index}};
};

std::vector<Range> flatten(const std::vector<schema::Tunnel>& tunnels, Family family) {
    std::vector<Block> blocks;
    for (std::size_t i = 0; i < tunnels.size(); ++i) {
        for (const schema::Prefix& prefix : tunnels[i].prefixes) {
            if (prefix.address.family == family) blocks.push_back(block_of(prefix, static_cast<std::uint32_t>(i)));
        }
    }
    std::ranges::stable_sort(blocks, [](const Block& left, const Block& right) {
        return std::tuple(left.first, right.last) < std::tuple(right.first, left.last);
    });
    Sweep sweep;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const bool again = i > 0 && blocks[i - 1].first == blocks[i].first && blocks[i - 1].last == blocks[i].last;
        if (!again) sweep.open(blocks[i]);
    }
    return sweep.finish(last_of(family));
}

schema::Prefix prefix_at(Address first, unsigned host_bits, Family family) {
    schema::Prefix prefix{{family, {}}, 0};
    const std::size_t size = prefix.address.size();
    prefix.length = static_cast<std::uint8_t>(size * 8 - host_bits);
    for (std::size_t i = size; i-- > 0; first >>= 8) prefix.address.bytes[i] = static_cast<std::uint8_t>(first);
    return prefix;
}

/// The largest block at each place, from the first address on.
void add_prefixes(Address first, Address last, Family family, std::vector<schema::Prefix>& prefixes) {
    for (;;) {
        unsigned host_bits = family == Family::ipv4 ? 32 : 128;
        while ((first & host_mask(host_bits)) != 0 || host_mask(host_bits) > last - first) --host_bits;
        prefixes.push_back(prefix_at(first, host_bits, family));
        if (last - first == host_mask(host_bits)) return;
        first += host_mask(host_bits) + 1;
    }
}

void add_prefixes(const std::vector<Range>& ranges, Family family, std::vector<schema::Tunnel>& tunnels) {
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        if (ranges[i].tunnel >= tunnels.size()) continue;
        const Address last = i + 1 < ranges.size() ? ranges[i + 1].first - 1 : last_of(family);
        add_prefixes(ranges[i].first, last, family, tunnels[ranges[i].tunnel].prefixes);
    }
}

}  // namespace

std::vector<region::RangeV4Record> ranges_v4_of(const std::vector<schema::Tunnel>& tunnels) {
    std::vector<region::RangeV4Record> records;
    for (const Range& range : flatten(tunnels, Family::ipv4)) {
        records.push_back({static_cast<std::uint32_t>(range.first), range.tunnel});
    }
    return records;
}

std::vector<region::RangeV6Record> ranges_v6_of(const std::vector<schema::Tunnel>& tunnels) {
    std::vector<region::RangeV6Record> records;
    for (const Range& range : flatten(tunnels, Family::ipv6)) {
        records.push_back(
            {static_cast<std::uint64_t>(range.first >> 64), static_cast<std::uint64_t>(range.first), range.tunnel, 0});
    }
    return records;
}

void set_prefixes(std::span<const region::RangeV4Record> v4, std::span<const region::RangeV6Record> v6,
                  std::vector<schema::Tunnel>& tunnels) {
    for (schema::Tunnel& tunnel : tunnels) tunnel.prefixes.clear();
    std::vector<Range> ranges;
    for (const auto& range : v4) ranges.push_back({range.first, range.tunnel});
    add_prefixes(ranges, Family::ipv4, tunnels);
    ranges.clear();
    for (const auto& range : v6) ranges.push_back({Address{range.first_high} << 64 | range.first_low, range.tunnel});
    add_prefixes(ranges, Family::ipv6, tunnels);
}

}  // namespace ropewalk::config::snapshot
