// Part of the programs, not of a library: with it every allocation of C++ is wiped when it is given back. Keys go
// through many hands (the text of a file, strings, vectors that grow, snapshots, maps of configurations), and none of
// them can leave a copy behind. Workers do not allocate.
#include <malloc.h>
#include <string.h>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

/// malloc gives blocks of this size a mapping of their own, which the kernel takes back and wipes.
constexpr std::size_t always_mapped_bytes = std::size_t{32} << 20;

void* must_have(void* memory) {
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

void wipe_and_free(void* memory) {
    if (memory == nullptr) return;
    const std::size_t size = ::malloc_usable_size(memory);
    if (size < always_mapped_bytes) ::explicit_bzero(memory, size);
    std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) {
    return must_have(std::malloc(size == 0 ? 1 : size));
}

void* operator new(std::size_t size, std::align_val_t alignment) {
    const auto unit = static_cast<std::size_t>(alignment);
    return must_have(std::aligned_alloc(unit, (size + unit - 1) / unit * unit));
}

void operator delete(void* memory) noexcept {
    wipe_and_free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
    wipe_and_free(memory);
}

void operator delete(void* memory, std::align_val_t) noexcept {
    wipe_and_free(memory);
}

void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    wipe_and_free(memory);
}
