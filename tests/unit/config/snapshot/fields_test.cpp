#include "config/region/fields.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "config/snapshot/build.hpp"
#include "config/snapshot/dump.hpp"
#include "tests/unit/config/snapshot/sample_orders.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::config::snapshot {
namespace {

std::vector<std::uint8_t> sample() {
    schema::Gateway gateway = tests::unit::sample_gateway();
    gateway.ports[1].queues = {0, 0};
    std::vector<std::uint8_t> bytes = build(gateway, tests::unit::resolved_for(gateway), 7).value();
    bytes.resize(bytes.size() + 4096);  // for counts that are one too many
    return bytes;
}

/// Changes each field of the first record that `records_of` gives, one after the other: the dump shows it, or its row
/// says that it is hidden.
template <class Record>
void expect_each_field_in_dump(std::span<const Record> (region::View::*records_of)() const, std::size_t index) {
    const std::vector<std::uint8_t> bytes = sample();
    const StandingOrders orders = tests::unit::sample_orders(region::View(bytes));
    const auto before = dump_json(region::View(bytes), orders);
    region::for_each_field<Record>([&](const auto& field) {
        std::vector<std::uint8_t> changed = bytes;
        const region::View view(changed);
        auto& value = const_cast<Record&>((view.*records_of)()[index]).*field.member;
        auto* const first = reinterpret_cast<std::uint8_t*>(&value);
        *first ^= 1;
        const bool is_shown = dump_json(view, orders) != before;
        EXPECT_EQ(is_shown, field.shown != region::Shown::hidden) << field.name;
    });
}

TEST(Fields, of_a_port_are_all_dumped) {
    expect_each_field_in_dump(&region::View::ports, 1);
}
TEST(Fields, of_a_path_are_all_dumped) {
    expect_each_field_in_dump(&region::View::paths, 2);
}
TEST(Fields, of_a_tunnel_are_all_dumped) {
    expect_each_field_in_dump(&region::View::tunnels, 0);
}
TEST(Fields, of_a_class_are_all_dumped) {
    expect_each_field_in_dump(&region::View::classes, 0);
}

}  // namespace
}  // namespace ropewalk::config::snapshot
