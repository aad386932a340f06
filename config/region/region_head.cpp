#include "config/region/region_head.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <limits>

#include <fmt/format.h>

#include "config/region/clocks.hpp"
#include "config/region/fixed_text.hpp"
#include "config/region/layout.hpp"
#include "config/region/trust.hpp"

namespace ropewalk::config::region {
namespace {

/// A dataplane whose heartbeat is older than this is taken for dead.
constexpr std::uint64_t heartbeat_fresh_ns = 2'000'000'000;

/// The first bytes of ControlSection, of every ABI.
struct ControlHead {
    std::uint64_t magic = 0;
    std::uint32_t abi = 0, region_size = 0, dataplane_section_offset = 0, reserved = 0;
    Name gateway{};
    Uuid region_uuid{};
};
static_assert(offsetof(ControlSection, dataplane_section_offset) == offsetof(ControlHead, dataplane_section_offset));
static_assert(offsetof(ControlSection, gateway) == offsetof(ControlHead, gateway));

/// The first bytes of DataplaneSection, of every ABI.
struct DataplaneHead {
    std::uint64_t pid = 0;
    std::uint32_t state = 0, worker_count = 0;
    std::uint64_t started_ns = 0, heartbeat_ns = 0;
};
static_assert(offsetof(DataplaneSection, pid) == offsetof(DataplaneHead, pid));
static_assert(offsetof(DataplaneSection, heartbeat_ns) == offsetof(DataplaneHead, heartbeat_ns));

template <class Head>
bool read_head(const FileDescriptor& file, std::uint64_t offset, Head& head) {
    return ::pread(file.number(), &head, sizeof(head), static_cast<off_t>(offset)) == ssize_t{sizeof(head)};
}

}  // namespace

std::string mismatch_of(const FileDescriptor& file, const std::string& gateway) {
    struct stat status {};
    if (::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) return "it is not an ordinary file";
    if (std::string misgiving = misgiving_about(status); !misgiving.empty()) return misgiving;
    ControlHead head;
    if (!read_head(file, 0, head)) return "it is too short to be shared memory of Ropewalk";
    if (head.magic != region_magic) return "it is not shared memory of Ropewalk";
    if (head.abi != abi_version) {
        return fmt::format("it has ABI {} and this program speaks ABI {}", head.abi, abi_version);
    }
    if (static_cast<std::uint64_t>(status.st_size) != region_bytes || head.region_size != region_bytes ||
        head.dataplane_section_offset != dataplane_section_offset) {
        return fmt::format("it has {} bytes and this program needs {}", status.st_size, region_bytes);
    }
    if (text_of(head.gateway) != gateway) return "it belongs to a gateway of another name";
    return {};
}

std::uint64_t live_dataplane_of(const FileDescriptor& file) {
    ControlHead control;
    if (!read_head(file, 0, control) || control.magic != region_magic) return 0;
    DataplaneHead dataplane;
    if (!read_head(file, control.dataplane_section_offset, dataplane)) return 0;
    if (dataplane.pid == 0 || dataplane.pid > std::numeric_limits<pid_t>::max()) return 0;
    const bool exists = ::kill(static_cast<pid_t>(dataplane.pid), 0) == 0 || errno == EPERM;
    const bool beats = monotonic_ns() - dataplane.heartbeat_ns < heartbeat_fresh_ns;
    return exists && beats ? dataplane.pid : 0;
}

}  // namespace ropewalk::config::region
