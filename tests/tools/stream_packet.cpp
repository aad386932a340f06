#include "tests/tools/stream_packet.hpp"

namespace ropewalk::tests::tools {
namespace {

/// SplitMix64: neighbouring numbers give unrelated bytes.
class Pattern {
public:
    explicit Pattern(std::uint64_t number) : state_(number) {}

    std::uint8_t next() {
        if (left_ == 0) {
            state_ += 0x9e3779b97f4a7c15;
            word_ = state_;
            word_ = (word_ ^ word_ >> 30) * 0xbf58476d1ce4e5b9;
            word_ = (word_ ^ word_ >> 27) * 0x94d049bb133111eb;
            word_ ^= word_ >> 31;
            left_ = 8;
        }
        const auto byte = static_cast<std::uint8_t>(word_);
        word_ >>= 8;
        --left_;
        return byte;
    }

private:
    std::uint64_t state_;
    std::uint64_t word_ = 0;
    int left_ = 0;
};

}  // namespace

void write_stream_packet(std::span<std::uint8_t> payload, std::uint64_t number) {
    for (std::size_t i = 0; i < 8; ++i) payload[i] = static_cast<std::uint8_t>(number >> (56 - 8 * i));
    Pattern pattern(number ^ payload.size() << 48);
    for (auto& byte : payload.subspan(8)) byte = pattern.next();
}

std::optional<std::uint64_t> read_stream_packet(std::span<const std::uint8_t> payload) {
    if (payload.size() < smallest_stream_packet) return std::nullopt;
    std::uint64_t number = 0;
    for (const auto byte : payload.first(8)) number = number << 8 | byte;
    Pattern pattern(number ^ payload.size() << 48);
    for (const auto byte : payload.subspan(8)) {
        if (byte != pattern.next()) return std::nullopt;
    }
    return number;
}

}  // namespace ropewalk::tests::tools
