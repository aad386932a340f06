#include <algorithm>

#include <gtest/gtest.h>

#include "dataplane/stages/classify.hpp"
#include "dataplane/stages/deliver.hpp"
#include "dataplane/stages/seal.hpp"
#include "tests/packets/loose_packet.hpp"

namespace ropewalk::dataplane::stages {
namespace {

using tests::packets::Bytes;
using tests::packets::from_hex;
using tests::packets::joined;
using tests::packets::LoosePacket;
using tests::packets::pattern;
using tests::packets::to_hex;

constexpr std::uint16_t icv = packet::icv_bytes;

/// An inner packet with its trailer, without the room for the ICV.
Bytes with_trailer(const Bytes& inner, std::uint8_t next_header) {
    LoosePacket loose(inner, {0, 3 + 2 + icv});
    append_trailer(loose.packet(), next_header);
    Bytes bytes = loose.bytes();
    bytes.resize(bytes.size() - icv);
    return bytes;
}

TEST(SealTrailer, of_sizes_1_to_64_is_padding_1_2_3_then_its_length_then_the_next_header) {
    // RFC 4303 section 2.4, written out for each remainder of the size.
    const std::array<Bytes, 4> trailers{from_hex("0102 02 04"), from_hex("01 01 04"), from_hex("00 04"),
                                        from_hex("010203 03 04")};
    for (std::size_t size = 1; size <= 64; ++size) {
        const Bytes inner = pattern(size, size);
        const Bytes sealed = with_trailer(inner, 4);
        EXPECT_EQ(to_hex(sealed), to_hex(joined({inner, trailers[size % 4]}))) << size << " bytes";
        EXPECT_EQ(sealed.size() % 4, 0U) << size << " bytes";
    }
}

TEST(SealTrailer, carries_the_next_header_it_is_given) {
    EXPECT_EQ(with_trailer(Bytes(6), 41).back(), 41);
    EXPECT_EQ(with_trailer(Bytes(6), 59).back(), 59);
}

TEST(SealTrailer, needs_just_the_room_that_is_demanded_of_a_packet) {
    unsigned most = 0;
    for (std::uint16_t size = 1; size <= 64; ++size) most = std::max(most, padding_for(size) + 2U + icv);
    EXPECT_EQ(most, tailroom_needed);
}

TEST(RemoveTrailer, gives_back_what_was_sealed) {
    for (std::size_t size = 0; size <= 64; ++size) {
        const Bytes inner = pattern(size, size);
        LoosePacket loose(with_trailer(inner, 41));
        EXPECT_EQ(remove_trailer(loose.packet()), 41);
        EXPECT_EQ(to_hex(loose.bytes()), to_hex(inner)) << size << " bytes";
    }
}

TEST(RemoveTrailer, takes_as_much_padding_as_a_peer_may_choose) {
    Bytes padded = pattern(20, 1);
    for (unsigned i = 1; i <= 255; ++i) padded.push_back(static_cast<std::uint8_t>(i));
    padded.insert(padded.end(), {255, 4});
    LoosePacket loose(padded);
    EXPECT_EQ(remove_trailer(loose.packet()), 4);
    EXPECT_EQ(loose.packet().size(), 20);
}

TEST(RemoveTrailer, refuses_padding_longer_than_the_packet_and_padding_that_does_not_count) {
    for (const char* broken : {"0304", "01020404", "00000204", "02010204", "01030204", "01020004020304", "ffff"}) {
        LoosePacket loose(from_hex(broken));
        EXPECT_EQ(remove_trailer(loose.packet()), std::nullopt) << broken;
    }
    LoosePacket whole(from_hex("01020204"));
    EXPECT_EQ(remove_trailer(whole.packet()), 4) << "padding alone, no inner packet";
    EXPECT_EQ(whole.packet().size(), 0);
}

}  // namespace
}  // namespace ropewalk::dataplane::stages
