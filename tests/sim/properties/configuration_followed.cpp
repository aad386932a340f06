#include "tests/sim/properties/configuration_followed.hpp"

#include <cstring>

#include <fmt/format.h>

#include "config/snapshot/build.hpp"

namespace ropewalk::tests::sim::properties {

void ConfigurationFollowed::on_end(const End& end) {
    for (const Side side : {Side::edge, Side::hub})
        if (end.machines[index_of(side)]->control() != nullptr) check(*end.machines[index_of(side)], side);
}

void ConfigurationFollowed::check(const Machine& machine, Side side) {
    const ControlProcess& control = *machine.control();
    if (control.early_answers() != 0)
        violate(fmt::format("{} was told {} times that a reload is in use before its worker had it", name_of(side),
                            control.early_answers()));
    if (control.must_follow_file() && control.turn().gateway() != machine.configured())
        violate(
            fmt::format("{}'s dataplane was gone, and control did not take over what waited for that", name_of(side)));
    const auto& keys = control.turn().resolved().keys.begin()->second;
    if (keys.rx_key_id != keys_of(side, machine.keys_configured()).rx_key_id)
        violate(fmt::format("{}'s control does not run the keys of its key file", name_of(side)));
    const auto wanted =
        config::snapshot::build(control.turn().opened(), control.turn().resolved(), control.turn().generation());
    const auto& section = machine.control_section();
    const auto published = config::region::Publication::unpack(section.publication.load());
    if (std::memcmp(section.slots[published.slot].bytes.data(), wanted->data(), wanted->size()) != 0)
        violate(fmt::format("{}'s published snapshot is not what its control runs", name_of(side)));
}

}  // namespace ropewalk::tests::sim::properties
