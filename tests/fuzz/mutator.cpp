#include "tests/fuzz/mutator.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace ropewalk::tests::fuzz {
namespace {

/// Grown inputs are cut to the largest seed twice over, or to this.
constexpr std::size_t always_allowed_bytes = 4096;

/// Values at which lengths, types and counts go wrong.
constexpr std::uint16_t interesting[] = {
    0,  1,  2,  3,   4,   5,   7,   8,   15,  16,  20,   28,   32,   40,   43,   44,     50,     58,     59,
    60, 63, 64, 127, 128, 255, 256, 512, 575, 576, 1279, 1280, 1500, 4500, 9216, 0x7fff, 0x8000, 0xfff8, 0xffff};

}  // namespace

Mutator::Mutator(std::vector<Bytes> seeds, InputForm form, std::uint64_t number)
    : seeds_(std::move(seeds)), form_(form), largest_(always_allowed_bytes), dice_(number) {
    for (const Bytes& seed : seeds_) largest_ = std::max(largest_, 2 * seed.size());
}

const packets::Bytes& Mutator::next() {
    // Now and then what came out last goes on from there, further away from any seed.
    if (input_.empty() || !one_in(4)) input_ = a_seed();
    std::size_t times = 1;
    while (times < 16 && one_in(2)) ++times;
    for (; times != 0; --times) mutate();
    if (input_.size() > largest_) input_.resize(largest_);
    return input_;
}

void Mutator::mutate() {
    if (input_.empty()) return insert_noise();
    if (form_ == InputForm::text && !one_in(4)) {
        const Bytes& other = a_seed();
        switch (below(6)) {
            case 0:
                return remove(a_line_of(input_));
            case 1:
                return replace(a_line_of(input_), other, a_line_of(other));
            case 2: {
                const Piece line = a_line_of(input_);
                return replace({line.begin, line.begin}, other, a_line_of(other));
            }
            case 3:
                return replace(a_word_of(input_), Bytes(input_), a_word_of(input_));
            default:
                return replace(a_word_of(input_), other, a_word_of(other));
        }
    }
    switch (below(10)) {
        case 0:
        case 1:
            return change_a_bit();
        case 2:
        case 3:
            return change_a_byte();
        case 4:
        case 5:
            return change_a_number();
        case 6:
            return cut();
        case 7:
            return one_in(2) ? remove(a_piece_of(input_)) : insert_noise();
        case 8:
            return splice();
        default: {
            const Bytes& other = one_in(2) ? a_seed() : Bytes(input_);
            const Piece piece = a_piece_of(input_);
            return replace(one_in(2) ? piece : Piece{piece.begin, piece.begin}, Bytes(other), a_piece_of(other));
        }
    }
}

Mutator::Piece Mutator::a_piece_of(const Bytes& bytes) {
    if (bytes.empty()) return {0, 0};
    const std::size_t begin = below(bytes.size());
    const std::size_t most = std::min(bytes.size() - begin, one_in(4) ? bytes.size() : std::size_t{16});
    return {static_cast<std::ptrdiff_t>(begin), static_cast<std::ptrdiff_t>(begin + 1 + below(most))};
}

Mutator::Piece Mutator::a_word_of(const Bytes& text) {
    if (text.empty()) return {0, 0};
    const auto is_letter = [&](std::size_t at) {
        return std::isalnum(text[at]) != 0 || text[at] == '_' || text[at] == '-' || text[at] == '.';
    };
    std::size_t begin = below(text.size());
    while (begin + 1 < text.size() && !is_letter(begin)) ++begin;
    while (begin > 0 && is_letter(begin - 1)) --begin;
    std::size_t end = begin + 1;
    while (end < text.size() && is_letter(end)) ++end;
    return {static_cast<std::ptrdiff_t>(begin), static_cast<std::ptrdiff_t>(end)};
}

Mutator::Piece Mutator::a_line_of(const Bytes& text) {
    if (text.empty()) return {0, 0};
    const auto at = text.begin() + static_cast<std::ptrdiff_t>(below(text.size()));
    const auto before = std::find(std::make_reverse_iterator(at), text.rend(), std::uint8_t{'\n'});
    const auto behind = std::find(at, text.end(), std::uint8_t{'\n'});
    return {before.base() - text.begin(), (behind == text.end() ? behind : behind + 1) - text.begin()};
}

void Mutator::change_a_bit() {
    input_[below(input_.size())] ^= static_cast<std::uint8_t>(1U << below(8));
}

void Mutator::change_a_byte() {
    std::uint8_t& byte = input_[below(input_.size())];
    byte = static_cast<std::uint8_t>(one_in(2) ? dice_() : interesting[below(std::size(interesting))]);
}

/// Two bytes, in either order: another value, a little more or less, or what is left of the input.
void Mutator::change_a_number() {
    if (input_.size() < 2) return change_a_byte();
    const std::size_t at = below(input_.size() - 1);
    const bool little = one_in(4);
    std::uint8_t& high = input_[at + (little ? 1 : 0)];
    std::uint8_t& low = input_[at + (little ? 0 : 1)];
    auto value = static_cast<std::size_t>(high << 8 | low);
    switch (below(4)) {
        case 0:
            value = interesting[below(std::size(interesting))];
            break;
        case 1:
            value = input_.size() - at - 2 + below(5) - 2;
            break;
        default:
            value += below(33) - 16;
    }
    high = static_cast<std::uint8_t>(value >> 8);
    low = static_cast<std::uint8_t>(value);
}

void Mutator::cut() {
    input_.resize(one_in(2) ? below(input_.size() + 1) : input_.size() - std::min(input_.size(), below(8)));
}

void Mutator::remove(Piece piece) {
    input_.erase(input_.begin() + piece.begin, input_.begin() + piece.end);
}

void Mutator::insert_noise() {
    Bytes noise(1 + below(one_in(8) ? 1024 : 8));
    const bool is_one_byte = one_in(2);
    for (std::uint8_t& byte : noise) byte = is_one_byte ? noise.front() : static_cast<std::uint8_t>(dice_());
    input_.insert(input_.begin() + static_cast<std::ptrdiff_t>(below(input_.size() + 1)), noise.begin(), noise.end());
}

/// The beginning of this one and the end of another.
void Mutator::splice() {
    const Bytes& other = a_seed();
    input_.resize(below(input_.size() + 1));
    input_.insert(input_.end(), other.begin() + static_cast<std::ptrdiff_t>(below(other.size() + 1)), other.end());
}

void Mutator::replace(Piece piece, const Bytes& from, Piece with) {
    const Bytes inserted(from.begin() + with.begin, from.begin() + with.end);
    remove(piece);
    input_.insert(input_.begin() + piece.begin, inserted.begin(), inserted.end());
}

}  // namespace ropewalk::tests::fuzz
