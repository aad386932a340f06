#include "perf/linerate/packet_ledger.hpp"

#include <string>

namespace ropewalk::perf::linerate {

using config::region::drop_reason_texts;
using config::region::DropStage;

namespace {

using Fate = Ledger::Fate;

std::vector<Ledger::Part> with_drops(std::vector<Ledger::Part> parts, const GatewayCounts& gateways, DropStage stage) {
    for (std::size_t i = 0; i < drop_reason_texts.size(); ++i)
        if (drop_reason_texts[i].stage == stage)
            parts.push_back({std::string(drop_reason_texts[i].name), gateways.drops[i], Fate::dropped});
    return parts;
}

/// `received` by the sink is what it found in them.
Ledger::Step sink_step(const StreamCounts& stream) {
    return {"packets that the sink received",
            stream.received,
            {{"for the first time", stream.first},
             {"again", stream.repeated},
             {"too late to tell", stream.too_late},
             {"of others", stream.foreign}}};
}

}  // namespace

Ledger ledger_through_gateways(const StreamCounts& stream, const GatewayCounts& gateways, std::uint16_t copies) {
    Ledger ledger;
    ledger.add({"packets offered",
                stream.offered,
                {{"taken by the gateway", gateways.inside_rx}, {"tx_refused", stream.refused, Fate::dropped}}});
    ledger.add({"packets from the inside", gateways.inside_rx,
                with_drops({{"sealed", gateways.sealed}}, gateways, DropStage::inside_rx)});
    ledger.add({"copies of sealed packets", gateways.sealed * copies,
                with_drops({{"made", gateways.copies}}, gateways, DropStage::copy)});
    ledger.add({"copies made", gateways.copies, with_drops({{"sent", gateways.wan_tx}}, gateways, DropStage::wan_tx)});
    ledger.add({"copies sent", gateways.wan_tx, {{"received", gateways.wan_rx}}});
    ledger.add({"copies received", gateways.wan_rx,
                with_drops({{"delivered", gateways.delivered}, {"messages for control", gateways.punted}}, gateways,
                           DropStage::wan_rx)});
    ledger.add({"packets towards the inside", gateways.delivered + gateways.icmp_sent,
                with_drops({{"sent", gateways.inside_tx}}, gateways, DropStage::inside_tx)});
    ledger.add({"packets sent to the inside", gateways.inside_tx, {{"received by the sink", stream.received}}});
    ledger.add(sink_step(stream));
    return ledger;
}

Ledger ledger_of_cable(const StreamCounts& stream) {
    Ledger ledger;
    ledger.add({"packets offered",
                stream.offered,
                {{"received by the sink", stream.received}, {"tx_refused", stream.refused, Fate::dropped}}});
    ledger.add(sink_step(stream));
    return ledger;
}

Ledger ledger_around_device(const StreamCounts& stream, const OuterCounts& ports) {
    // What the device doubled, and frames of others, are beside what was sent.
    const std::uint64_t known = stream.first + stream.too_late + ports.missed + ports.damaged + ports.no_buffer;
    Ledger ledger;
    ledger.add(
        {"packets offered", stream.offered, {{"sent", ports.sent}, {"tx_refused", stream.refused, Fate::dropped}}});
    ledger.add({"packets sent",
                ports.sent,
                {{"received for the first time", stream.first},
                 {"received too late to tell", stream.too_late},
                 {"rx_missed", ports.missed, Fate::dropped},
                 {"rx_damaged", ports.damaged, Fate::dropped},
                 {"rx_no_buffer", ports.no_buffer, Fate::dropped},
                 {"lost_by_device", ports.sent > known ? ports.sent - known : 0, Fate::dropped}}});
    ledger.add({"packets that the port received", ports.received, {{"received by the sink", stream.received}}});
    ledger.add(sink_step(stream));
    return ledger;
}

}  // namespace ropewalk::perf::linerate
