#include "tests/fuzz/fuzzed_packets.hpp"

#include <sanitizer/asan_interface.h>

#include <stdexcept>

#include <rte_mbuf.h>

#include "tests/pipeline/plain_eal.hpp"

namespace ropewalk::tests::fuzz {
namespace {

constexpr std::uint32_t pool_mbufs = 1024;
constexpr std::uint16_t largest_packet = 9344;

template <class T>
T value_of(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
}

}  // namespace

PacketMemory& PacketMemory::of_this_program() {
    static PacketMemory memory;
    return memory;
}

PacketMemory::PacketMemory()
    : eal_(value_of(pipeline::start_plain_eal("fuzz"))),
      pool_(value_of(dataplane::eal::Mempool::make("fuzzed packets", pool_mbufs, largest_packet))) {}

Fenced::Fenced(const std::vector<rte_mbuf*>& mbufs) {
    for (rte_mbuf* mbuf : mbufs) {
        auto* const buffer = static_cast<std::uint8_t*>(mbuf->buf_addr);
        const std::size_t begin = mbuf->data_off, end = begin + mbuf->data_len;
        ASAN_POISON_MEMORY_REGION(buffer, begin);
        ASAN_POISON_MEMORY_REGION(buffer + end, mbuf->buf_len - end);
        buffers_.emplace_back(buffer, mbuf->buf_len);
    }
}

Fenced::~Fenced() {
    for (const auto buffer : buffers_) ASAN_UNPOISON_MEMORY_REGION(buffer.data(), buffer.size());
}

}  // namespace ropewalk::tests::fuzz
