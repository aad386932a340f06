#include "tests/pipeline/snapshot_of.hpp"

#include <stdexcept>

#include "config/region/verify.hpp"
#include "config/schema/read.hpp"
#include "config/snapshot/slots.hpp"
#include "tests/pipeline/static_keys.hpp"

namespace ropewalk::tests::pipeline {
namespace {

template <class T>
T value_of(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace

config::schema::Gateway configuration_of(const std::string& yaml) {
    auto gateway = config::schema::read_gateway_text(yaml, "test.yaml");
    if (!gateway) throw std::runtime_error(config::schema::to_string(gateway.error().front()));
    return std::move(*gateway);
}

std::vector<std::uint8_t> snapshot_of(const config::schema::Gateway& gateway, config::snapshot::Resolved& resolved,
                                      std::uint64_t generation) {
    for (const auto& tunnel : gateway.tunnels) resolved.keys[tunnel.name] = static_keys(gateway.name, tunnel.peer);
    value_of(config::snapshot::assign_slots(gateway, resolved));
    std::vector<std::uint8_t> bytes = value_of(config::snapshot::build(gateway, resolved, generation));
    value_of(config::region::verify(bytes, generation));
    return bytes;
}

}  // namespace ropewalk::tests::pipeline
