#include "dataplane/channel/config_channel.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include <fmt/format.h>

#include "config/region/copy.hpp"
#include "config/region/view.hpp"
#include "dataplane/channel/compile_view.hpp"

namespace ropewalk::dataplane::channel {

using config::region::Publication;

ConfigChannel::ConfigChannel(config::region::Region& region, const PortAddresses& port_addresses,
                             ReadAtStart started_with, TunnelRegistry& registry, ViewCell& cell, unsigned workers,
                             MakePorts make_ports)
    : region_(region),
      port_addresses_(port_addresses),
      started_with_(std::move(started_with)),
      registry_(registry),
      cell_(cell),
      workers_(workers),
      make_ports_(std::move(make_ports)) {}

Result<std::unique_ptr<view::ConfigView>> ConfigChannel::load(const Publication& publication) {
    const auto bytes = config::region::copy_snapshot(region_.control(), publication);
    if (!bytes) return tl::make_unexpected(bytes.error());
    const config::region::View snapshot(*bytes);
    if (auto holds = started_with_.holds_in(snapshot); !holds) return tl::make_unexpected(holds.error());
    if (make_ports_)
        if (auto made = make_ports_(snapshot); !made) return tl::make_unexpected(made.error());
    try {
        return compile_view(snapshot, port_addresses_, registry_, routes_);
    } catch (const std::bad_alloc&) {
        return fail(fmt::format("no memory left for the windows and keys of {} tunnels", snapshot.tunnels().size()));
    }
}

Result<void> ConfigChannel::poll() {
    retire();
    auto looked = look_for_publication();
    hand_over();
    return looked;
}

Result<void> ConfigChannel::look_for_publication() {
    const std::uint64_t word = region_.control().publication.load(std::memory_order_acquire);
    const Publication publication = Publication::unpack(word);
    if (publication.generation == 0 || publication.generation == seen_generation_) return {};

    auto view = load(publication);
    // Control may have published again meanwhile; then the next poll judges the newer one.
    if (!view && region_.control().publication.load(std::memory_order_acquire) != word) return {};
    seen_generation_ = publication.generation;
    if (!view) {
        refuse(publication.generation, view.error().message);
        return tl::make_unexpected(view.error());
    }
    next_ = std::move(*view);
    return {};
}

void ConfigChannel::hand_over() {
    // Until then the workers go on under the keys they have, so that a change of keys loses nothing to a slow disk.
    if (!next_ || !registry_.is_settled()) return;
    replace_current(std::move(next_));
    region_.dataplane().verified_generation.store(current_->generation, std::memory_order_release);
}

void ConfigChannel::replace_current(std::unique_ptr<view::ConfigView> view) {
    cell_.current.store(view.get(), std::memory_order_release);
    if (current_) retiring_.push_back(std::move(current_));
    current_ = std::move(view);
    current_epoch_ = cell_.begin_epoch();
}

void ConfigChannel::set_port_address(std::size_t slot, const std::array<std::uint8_t, 6>& address) {
    port_addresses_[slot] = address;
    if (next_) view::set_port_address(*next_, slot, address);
    if (!current_) return;
    auto other = std::make_unique<view::ConfigView>(*current_);
    view::set_port_address(*other, slot, address);
    replace_current(std::move(other));
}

bool ConfigChannel::is_over(std::uint64_t grace) const {
    for (unsigned worker = 0; worker < workers_; ++worker)
        if (region_.dataplane().workers[worker].acknowledged_epoch.load(std::memory_order_acquire) < grace)
            return false;
    return true;
}

void ConfigChannel::retire() {
    // What is not handed over yet may need what the registry keeps.
    if (retiring_.empty() || next_ || !is_over(current_epoch_)) return;
    retiring_.clear();
    registry_.keep_only(*current_);
}

void ConfigChannel::refuse(std::uint64_t generation, const std::string& reason) {
    auto& section = region_.dataplane();
    section.refusal.fill('\0');
    std::memcpy(section.refusal.data(), reason.data(), std::min(reason.size(), section.refusal.size() - 1));
    section.refused_generation.store(generation, std::memory_order_release);
}

}  // namespace ropewalk::dataplane::channel
