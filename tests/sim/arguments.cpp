#include "tests/sim/arguments.hpp"

#include <cstdlib>

#include <CLI/CLI.hpp>

#include "tests/sim/properties/all_properties.hpp"

namespace ropewalk::tests::sim {

Arguments read_arguments(int argc, char** argv) {
    Arguments arguments;
    CLI::App app(
        "Two gateways in virtual time: runs seeds of mixed fault schedules over the program's own code and checks, "
        "after "
        "every event, what must always hold. Exit status 0: no violation.");
    app.add_option("--seed", arguments.seed, "one run, which is the same whenever and wherever it is repeated");
    app.add_option("--faults", arguments.faults, "with --seed: only these of its faults, as 2,5,6 or none");
    app.add_option("--paths", arguments.paths, "with --seed: only these of its paths, as 1,3");
    app.add_option("--burst", arguments.burst, "with --seed: most packets that users send at once");
    app.add_flag("--trace", arguments.trace, "with --seed: print every event");
    app.add_option("--first-seed", arguments.first_seed, "where a long run begins")->capture_default_str();
    app.add_option("--seeds", arguments.seeds, "how many seeds to run")->capture_default_str();
    app.add_option("--minutes", arguments.minutes, "stop after that time, whatever is left");
    app.add_option("--property", arguments.property, "check only this property")
        ->check(CLI::IsMember(properties::property_names()));
    app.add_option("--mutation", arguments.mutation, "run with a known defect (ropewalk-sim-mutants only)");
    app.add_flag("--list-mutations", arguments.list_mutations, "name the known defects and what they break");
    app.add_flag("--all-mutations", arguments.all_mutations,
                 "run each known defect until it is caught, for at most --seeds seeds, and print a table");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        std::exit(app.exit(problem));
    }
    return arguments;
}

}  // namespace ropewalk::tests::sim
