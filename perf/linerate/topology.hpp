#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/region/records.hpp"
#include "config/result.hpp"
#include "perf/fixture/gateway_configuration.hpp"
#include "perf/linerate/cable.hpp"
#include "perf/linerate/gateways.hpp"
#include "perf/linerate/outer_port.hpp"
#include "perf/linerate/stream.hpp"

namespace ropewalk::perf::linerate {

/// What stands between generator and sink.
///   generator     nothing: a cable from one to the other shows what the harness itself can
///   looped        one gateway whose tunnel leads back to itself
///   back_to_back  two gateways that face each other (RFC 8219: dual DUT)
///   ports         whatever two DPDK ports lead to
enum class TopologyKind : std::uint8_t { generator, looped, back_to_back, ports };

enum class Ways : std::uint8_t { one, both };

struct TopologyPlan {
    TopologyKind kind = TopologyKind::looped;
    Ways ways = Ways::one;
    std::uint16_t copies = 1;
    config::Cipher cipher = config::Cipher::aes_256_gcm;
    unsigned ring_packets = 2048;
    std::array<std::string, 2> devices;                   ///< of `ports`: one that sends, one that receives
    std::optional<std::array<std::uint8_t, 6>> next_hop;  ///< of `ports`; default: the port that receives
    /// Of `ports`: a trial is over when nothing has arrived for so long; gateways of this process are asked instead.
    double quiet_seconds = 0.1;
    std::uint64_t steal_every = 0;
};

/// The ports between which packets travel, and the gateways in between where they belong to this process.
class Topology {
public:
    /// Gateways, if any, turn on `lcore` from now on.
    static Result<Topology> make(const TopologyPlan& plan, rte_mempool* pool, unsigned lcore);

    const TopologyPlan& plan() const { return plan_; }

    /// New streams of this shape, one or one each way; its direction and Ethernet addresses are filled in.
    std::vector<Stream> streams(FrameShape shape) const;

    /// Null where no gateway is ours.
    Gateways* gateways() const { return gateways_.get(); }
    /// The ports that lead out; none or two.
    const std::vector<OuterPort>& outer_ports() const { return outer_; }

    /// The slower line's speed, where there are lines; bits a second.
    std::optional<double> line_bps() const;
    /// By name, without repetition.
    std::vector<std::string> drivers() const;

private:
    struct Ends {
        std::uint16_t tx, rx;
    };

    Topology(const TopologyPlan& plan, rte_mempool* pool) : plan_(plan), pool_(pool) {}
    Result<void> add_generator();
    Result<void> add_looped(unsigned lcore);
    Result<void> add_back_to_back(unsigned lcore);
    Result<void> add_ports();
    Result<const Cable*> add_cable(const std::string& name);
    Result<const Cable*> add_loop(const std::string& name);
    Result<std::unique_ptr<GatewayOnPorts>> gateway(fixture::End end, EthdevIds ports) const;

    TopologyPlan plan_;
    rte_mempool* pool_;
    std::vector<std::unique_ptr<Cable>> cables_;
    std::vector<OuterPort> outer_;
    std::unique_ptr<Gateways> gateways_;  ///< stops before its cables go
    std::vector<Ends> ends_;              ///< of the streams
};

}  // namespace ropewalk::perf::linerate
