#pragma once

#include <cstdint>
#include <string>

#include "control/cli/page.hpp"

namespace ropewalk::control::cli {

struct ShowOptions {
    const Page* page = &summary_page;
    std::string gateway;  ///< empty: all that are found
    enum class Form : std::uint8_t { text, json } form = Form::text;
    enum class Repeat : std::uint8_t { once, every_second } repeat = Repeat::once;
};

/// `ropewalk show`. Returns the exit status: 0 also when there is nothing to show, 1 when there is and it cannot be
/// read.
///
/// JSON is the document of the gateway that was named, or {"gateways": [documents]}; one document a line when repeated.
int show(const ShowOptions& options);

}  // namespace ropewalk::control::cli
