#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "tests/fuzz/driver.hpp"
#include "tests/packets/bytes.hpp"

namespace ropewalk::tests::fuzz {

/// Makes inputs of seeds, without end; the same ones for the same seeds and number.
class Mutator {
public:
    /// At least one seed.
    Mutator(std::vector<packets::Bytes> seeds, InputForm form, std::uint64_t number);

    const packets::Bytes& next();

private:
    using Bytes = packets::Bytes;

    /// Below `bound`, which is not 0.
    std::size_t below(std::size_t bound) { return dice_() % bound; }
    bool one_in(std::size_t odds) { return below(odds) == 0; }
    const Bytes& a_seed() { return seeds_[below(seeds_.size())]; }
    /// A stretch of bytes: short ones more often than long ones.
    struct Piece {
        std::ptrdiff_t begin, end;
    };
    Piece a_piece_of(const Bytes& bytes);
    Piece a_word_of(const Bytes& text);
    Piece a_line_of(const Bytes& text);

    void mutate();
    void change_a_bit();
    void change_a_byte();
    void change_a_number();
    void cut();
    void remove(Piece piece);
    void insert_noise();
    void splice();
    void replace(Piece piece, const Bytes& from, Piece with);

    std::vector<Bytes> seeds_;
    InputForm form_;
    std::size_t largest_;
    std::mt19937_64 dice_;
    Bytes input_;
};

}  // namespace ropewalk::tests::fuzz
