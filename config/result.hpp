#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace ropewalk {

/// Why something could not be done, as one clear sentence for the operator: what was found, where, what is allowed.
struct Error {
    std::string message;
};

/// The one way of reporting errors at start and on reload; never used per packet.
template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(std::string message) { return tl::make_unexpected(Error{std::move(message)}); }

}  // namespace ropewalk
