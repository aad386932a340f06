#include "tests/sim/properties/all_properties.hpp"

#include "tests/sim/properties/all_accounted_for.hpp"
#include "tests/sim/properties/authenticated_first.hpp"
#include "tests/sim/properties/carried_is_delivered.hpp"
#include "tests/sim/properties/configuration_followed.hpp"
#include "tests/sim/properties/delivered_once.hpp"
#include "tests/sim/properties/hurt_before_good.hpp"
#include "tests/sim/properties/memory_bounded.hpp"
#include "tests/sim/properties/nonce_used_once.hpp"
#include "tests/sim/properties/not_into_silence.hpp"
#include "tests/sim/properties/numbers_accounted_for.hpp"
#include "tests/sim/properties/sent_as_ordered.hpp"
#include "tests/sim/properties/sent_where_announced.hpp"
#include "tests/sim/properties/service_returns.hpp"

namespace ropewalk::tests::sim::properties {

std::vector<std::unique_ptr<Property>> all_properties(std::string_view only) {
    std::vector<std::unique_ptr<Property>> properties;
    properties.push_back(std::make_unique<DeliveredOnce>());
    properties.push_back(std::make_unique<AuthenticatedFirst>());
    properties.push_back(std::make_unique<NonceUsedOnce>());
    properties.push_back(std::make_unique<HurtBeforeGood>());
    properties.push_back(std::make_unique<CarriedIsDelivered>());
    properties.push_back(std::make_unique<SentWhereAnnounced>());
    properties.push_back(std::make_unique<SentAsOrdered>());
    properties.push_back(std::make_unique<NotIntoSilence>());
    properties.push_back(std::make_unique<AllAccountedFor>());
    properties.push_back(std::make_unique<NumbersAccountedFor>());
    properties.push_back(std::make_unique<MemoryBounded>());
    properties.push_back(std::make_unique<ServiceReturns>());
    properties.push_back(std::make_unique<ConfigurationFollowed>());
    if (!only.empty()) std::erase_if(properties, [&](const auto& property) { return property->name() != only; });
    return properties;
}

std::vector<std::string> property_names() {
    std::vector<std::string> names;
    for (const auto& property : all_properties()) names.emplace_back(property->name());
    return names;
}

}  // namespace ropewalk::tests::sim::properties
