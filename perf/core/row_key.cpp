#include "perf/core/row_key.hpp"

#include <fmt/format.h>

namespace ropewalk::perf::core {

using config::Cipher;

std::vector<RowKey> all_rows() {
    std::vector<RowKey> rows;
    for (const Cipher cipher : {Cipher::aes_256_gcm, Cipher::aes_128_gcm}) {
        for (const std::uint16_t size : {std::uint16_t{64}, std::uint16_t{512}, std::uint16_t{1420}, imix}) {
            for (const std::uint16_t copies : {1, 2, 3}) rows.push_back({WorkKind::to_paths, cipher, size, copies});
            rows.push_back({WorkKind::to_inside, cipher, size, 1});
            rows.push_back({WorkKind::duplicate_drop, cipher, size, 2});
            for (const std::uint16_t copies : {1, 2, 3}) rows.push_back({WorkKind::loop, cipher, size, copies});
        }
    }
    for (const std::uint16_t size : {std::uint16_t{64}, std::uint16_t{1420}, imix}) {
        const auto add = [&](WorkKind work, std::uint16_t copies) {
            rows.push_back({work, Cipher::aes_256_gcm, size, copies, fixture::Policy::full});
        };
        add(WorkKind::to_paths, 1);
        add(WorkKind::to_inside, 1);
        add(WorkKind::loop, 1);
        add(WorkKind::loop, 2);
    }
    for (const std::uint16_t size : {std::uint16_t{64}, std::uint16_t{1420}})
        for (const std::uint16_t copies : {1, 2})
            rows.push_back({WorkKind::to_paths, Cipher::aes_256_gcm, size, copies, fixture::Policy::bare,
                            config::UdpChecksum::computed});
    return rows;
}

std::string_view name_of(WorkKind work) {
    switch (work) {
        case WorkKind::to_paths:
            return "to_paths";
        case WorkKind::to_inside:
            return "to_inside";
        case WorkKind::duplicate_drop:
            return "duplicate_drop";
        case WorkKind::loop:
            return "loop";
    }
    return "unknown";
}

std::string_view name_of(Cipher cipher) {
    return cipher == Cipher::aes_256_gcm ? "aes-256-gcm" : "aes-128-gcm";
}

std::string_view name_of(fixture::Policy policy) {
    return policy == fixture::Policy::bare ? "bare" : "full";
}

std::string name_of(const RowKey& row) {
    return fmt::format("{}/{}/{}/{}{}{}", name_of(row.work), name_of(row.cipher),
                       row.size == imix ? "imix" : std::to_string(row.size), row.copies,
                       row.policy == fixture::Policy::full ? "/full" : "",
                       row.udp_checksum == config::UdpChecksum::computed ? "/checksum" : "");
}

}  // namespace ropewalk::perf::core
