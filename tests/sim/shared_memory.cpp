#include "tests/sim/shared_memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <stdexcept>

namespace ropewalk::tests::sim {

using config::region::ControlSection;
using config::region::Region;
using config::region::Role;

namespace {

template <class T>
T value_of(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
}

/// Gives the pages back; they read as zeros in both mappings.
void discard(void* from, std::size_t bytes) {
    if (::madvise(from, bytes, MADV_REMOVE) != 0)
        throw std::runtime_error(std::string("shared memory cannot be emptied: ") + std::strerror(errno));
}

}  // namespace

SharedMemory::SharedMemory(const std::string& gateway)
    : control_(value_of(Region::create_or_take_over(gateway))),
      dataplane_(value_of(Region::attach(gateway, Role::dataplane))) {
    ::unlink(config::region::region_path(gateway).c_str());
}

void SharedMemory::make_anew() {
    ControlSection& control = control_.control();
    constexpr std::size_t identity_bytes = offsetof(ControlSection, control_pid);
    std::array<std::byte, identity_bytes> identity;
    std::memcpy(identity.data(), &control, identity.size());
    discard(&control, config::region::dataplane_section_offset);
    discard(&dataplane_.dataplane(), config::region::region_bytes - config::region::dataplane_section_offset);
    std::memcpy(static_cast<void*>(&control), identity.data(), identity.size());
}

}  // namespace ropewalk::tests::sim
