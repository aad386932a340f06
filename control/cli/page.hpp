#pragma once

#include <span>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "control/cli/sample.hpp"

namespace ropewalk::control::cli {

/// One `ropewalk show` page. `before` is the sample of a second ago under --watch, for rates, else null.
struct Page {
    const char* name;
    const char* help;
    std::string (*text)(const Sample& sample, const Sample* before);
    /// Adds the page's own members to the document of a gateway.
    void (*json)(const Sample& sample, const Sample* before, nlohmann::ordered_json& document);
};

extern const Page summary_page;
extern const Page paths_page;
extern const Page ports_page;
extern const Page tunnels_page;
extern const Page drops_page;
extern const Page workers_page;
extern const Page config_page;

/// Who runs and since when, and what stands in the way; the first lines of every page.
std::string heading_text(const Sample& sample);

/// {name, error, control: {...}, dataplane: {...}, generation, problems: [...]}: the start of every document.
nlohmann::ordered_json heading_json(const Sample& sample);

/// What control complains about, one sentence a line, or nothing.
std::string problems_text(const Sample& sample);

}  // namespace ropewalk::control::cli
