#include "tests/sim/heap_account.hpp"

#include <cstdint>
#include <cstdlib>
#include <new>

namespace ropewalk::tests::sim {
namespace {

thread_local HeapAccount* charged = nullptr;

/// Stands right before every block of the heap.
struct alignas(16) BlockHead {
    HeapAccount* account;
    std::uint32_t bytes;
    std::uint32_t offset;  ///< from the start of what malloc gave
};

void* allocate(std::size_t bytes, std::size_t alignment) {
    const std::size_t offset = (sizeof(BlockHead) + alignment - 1) / alignment * alignment;
    auto* const start = static_cast<std::uint8_t*>(
        alignment <= alignof(std::max_align_t)
            ? std::malloc(offset + bytes)
            : std::aligned_alloc(alignment, (offset + bytes + alignment - 1) / alignment * alignment));
    if (start == nullptr) throw std::bad_alloc();
    auto* const block = start + offset;
    new (block - sizeof(BlockHead))
        BlockHead{charged, static_cast<std::uint32_t>(bytes), static_cast<std::uint32_t>(offset)};
    if (charged != nullptr) charged->add(bytes);
    return block;
}

void release(void* block) {
    if (block == nullptr) return;
    const auto& head = *reinterpret_cast<BlockHead*>(static_cast<std::uint8_t*>(block) - sizeof(BlockHead));
    if (head.account != nullptr) head.account->take_off(head.bytes);
    std::free(static_cast<std::uint8_t*>(block) - head.offset);
}

}  // namespace

HeapAccount::Charge::Charge(HeapAccount& account) : before_(charged) {
    charged = &account;
}
HeapAccount::Charge::~Charge() {
    charged = before_;
}
HeapAccount::Pause::Pause() : before_(charged) {
    charged = nullptr;
}
HeapAccount::Pause::~Pause() {
    charged = before_;
}

}  // namespace ropewalk::tests::sim

using ropewalk::tests::sim::allocate;
using ropewalk::tests::sim::release;

void* operator new(std::size_t bytes) {
    return allocate(bytes, alignof(std::max_align_t));
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return allocate(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept {
    release(block);
}
void operator delete(void* block, std::size_t) noexcept {
    release(block);
}
void operator delete(void* block, std::align_val_t) noexcept {
    release(block);
}
void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
    release(block);
}
