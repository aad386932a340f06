// YAML to a snapshot: what validates builds and verifies; anything else is refused with problems that are safe to show.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "config/region/layout.hpp"
#include "config/region/verify.hpp"
#include "config/region/view.hpp"
#include "config/schema/diff.hpp"
#include "config/schema/read.hpp"
#include "config/snapshot/build.hpp"
#include "config/snapshot/dump.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/driver.hpp"
#include "tests/fuzz/kept_inputs.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::tests::fuzz {
namespace {

constexpr std::uint64_t generation = 7;

void demand_clear(const config::schema::Problems& problems) {
    demand(!problems.empty(), "what is refused is told why");
    for (const auto& problem : problems) {
        const std::string text = to_string(problem);
        demand(!problem.found.empty() && !problem.allowed.empty(), "a problem says what was found and is allowed",
               text);
        demand(std::ranges::none_of(text, [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; }),
               "a problem is safe to print", text);
    }
}

void demand_usable(const config::schema::Gateway& gateway) {
    demand(diff(gateway, gateway).empty(), "a configuration is like itself");
    const auto resolved = unit::resolved_for(gateway);
    const auto snapshot = config::snapshot::build(gateway, resolved, generation);
    if (!snapshot) return demand(false, "what validates can be built", snapshot.error().message);
    const auto verified = config::region::verify(*snapshot, generation);
    if (!verified) return demand(false, "what is built verifies", verified.error().message);
    static const auto control = std::make_unique<config::region::ControlSection>();
    const config::region::View view(*snapshot);
    dump_text(view, config::snapshot::standing_orders(view, *control));
}

}  // namespace

InputForm input_form() {
    return InputForm::text;
}

/// The examples, and what the reader is known to refuse.
std::vector<packets::Bytes> built_seeds() {
    std::vector<packets::Bytes> seeds;
    for (const char* folder : {ROPEWALK_EXAMPLES_DIR, ROPEWALK_CASES_DIR "/yaml"}) {
        std::vector<std::string> files;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
            if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
        std::ranges::sort(files);
        for (const std::string& file : files) seeds.push_back(read_input(file));
    }
    return seeds;
}

}  // namespace ropewalk::tests::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ropewalk::tests::fuzz;
    const std::string text(data, data + size);
    const auto gateway = ropewalk::config::schema::read_gateway_text(text, "fuzzed.yaml");
    if (gateway)
        demand_usable(*gateway);
    else
        demand_clear(gateway.error());
    return 0;
}
