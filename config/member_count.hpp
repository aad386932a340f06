#pragma once

#include <cstddef>

namespace ropewalk::config {

/// Stands for a value of whatever type a member has; never made.
struct AnyMember {
    template <class Member>
    operator Member() const;
};

/// How many members an aggregate has, so that a list of rows can be held against it.
template <class Aggregate, class... Members>
constexpr std::size_t member_count() {
    if constexpr (requires { Aggregate{Members{}..., AnyMember{}}; })
        return member_count<Aggregate, Members..., AnyMember>();
    else
        return sizeof...(Members);
}

}  // namespace ropewalk::config
