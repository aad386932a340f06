#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/packets/bytes.hpp"

/// What a driver is: the function that libFuzzer knows, and where its mutations begin. One driver a program.

/// Runs one input. What must not be ends in abort() or in a sanitizer's report; returns 0.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace ropewalk::tests::fuzz {

/// Whether the inputs of a driver are text, which people read as it is, or bytes, kept as hexadecimal digits.
enum class InputForm : std::uint8_t { text, bytes };
InputForm input_form();

/// Inputs that go deep as they are, made by the builders of the other tests.
std::vector<packets::Bytes> built_seeds();

}  // namespace ropewalk::tests::fuzz
