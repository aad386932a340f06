#include <string>

#include <CLI/CLI.hpp>

#include "control/cli/check.hpp"
#include "control/cli/genkey.hpp"
#include "control/cli/reload.hpp"
#include "control/cli/show.hpp"
#include "control/cli/version.hpp"

namespace {

using namespace ropewalk::control::cli;

constexpr int wrong_usage = 2;

struct Arguments {
    std::string file, gateway;
    bool demands_keys = false, json = false, watch = false;
};

void add_show(CLI::App& app, Arguments& arguments, int& status) {
    CLI::App* const command = app.add_subcommand("show", "show what gateways of this machine do");
    command->require_subcommand(1);
    for (const Page* page :
         {&summary_page, &paths_page, &ports_page, &tunnels_page, &drops_page, &workers_page, &config_page}) {
        CLI::App* const show_page = command->add_subcommand(page->name, page->help);
        show_page->add_option("--gateway", arguments.gateway, "only this one; all that are found otherwise")
            ->type_name("NAME");
        show_page->add_flag("--json", arguments.json, "for machines; with --watch one document a line");
        show_page->add_flag("--watch", arguments.watch, "again every second, with rates, until Ctrl-C");
        show_page->callback([&arguments, &status, page] {
            using Form = ShowOptions::Form;
            using Repeat = ShowOptions::Repeat;
            status = show({page, arguments.gateway, arguments.json ? Form::json : Form::text,
                           arguments.watch ? Repeat::every_second : Repeat::once});
        });
    }
}

void add_others(CLI::App& app, Arguments& arguments, int& status) {
    CLI::App* const check_file = app.add_subcommand("check", "check a configuration without touching anything");
    check_file->add_option("file", arguments.file, "a gateway's YAML file")->required()->type_name("FILE");
    check_file->add_flag("--keys", arguments.demands_keys, "a key file that is missing or unreadable is a problem too");
    check_file->callback(
        [&] { status = check(arguments.file, arguments.demands_keys ? KeyFiles::demand : KeyFiles::when_there); });

    CLI::App* const reload_gateway = app.add_subcommand("reload", "make ropewalk-control read its file again");
    reload_gateway->add_option("--gateway", arguments.gateway, "which; may be left out when there is only one")
        ->type_name("NAME");
    reload_gateway->callback([&] { status = reload(arguments.gateway); });

    CLI::App* const make_key = app.add_subcommand("genkey", "make a static key for a tunnel");
    make_key->add_option("file", arguments.file, "new file to write it to, mode 0600; else it is printed")
        ->type_name("FILE");
    make_key->callback([&] { status = genkey(arguments.file); });

    app.add_subcommand("version", "print versions")->callback([&] { status = print_version(); });
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Looks at and steers the Ropewalk gateways of this machine."};
    app.require_subcommand(1);
    Arguments arguments;
    int status = 0;
    add_show(app, arguments, status);
    add_others(app, arguments, status);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : wrong_usage;
    }
    return status;
}
