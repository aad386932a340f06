#include "control/cli/command_line.hpp"

#include <string>

#include <CLI/CLI.hpp>

#include "control/cli/check.hpp"
#include "control/cli/events.hpp"
#include "control/cli/genkey.hpp"
#include "control/cli/overview.hpp"
#include "control/cli/path.hpp"
#include "control/cli/reload.hpp"
#include "control/cli/show.hpp"
#include "control/cli/version.hpp"

namespace ropewalk::control::cli {
namespace {

constexpr int wrong_usage = 2;

struct Arguments {
    std::string file, gateway, path;
    bool demands_keys = false, json = false, watch = false, follow = false;
};

void show_page_by(CLI::App* command, const Page* page, Arguments& arguments, int& status) {
    command->add_option("--gateway", arguments.gateway, "only this one; all that are found otherwise")
        ->type_name("NAME");
    command->add_flag("--json", arguments.json, "for machines; with --watch one document a line");
    command->add_flag("--watch", arguments.watch, "again every second, with rates, until Ctrl-C");
    command->callback([&arguments, &status, page] {
        using Form = ShowOptions::Form;
        using Repeat = ShowOptions::Repeat;
        status = show({page, arguments.gateway, arguments.json ? Form::json : Form::text,
                       arguments.watch ? Repeat::every_second : Repeat::once});
    });
}

void add_show(CLI::App& app, Arguments& arguments, int& status) {
    CLI::App* const command = app.add_subcommand("show", "show what gateways of this machine do");
    command->require_subcommand(1);
    for (const Page* page :
         {&summary_page, &paths_page, &ports_page, &tunnels_page, &drops_page, &workers_page, &config_page})
        show_page_by(command->add_subcommand(page->name, page->help), page, arguments, status);
    show_page_by(app.add_subcommand("status", "the same as show summary"), &summary_page, arguments, status);
}

void add_path(CLI::App& app, Arguments& arguments, int& status) {
    CLI::App* const command = app.add_subcommand("path", "take a path out of use for traffic, and in again");
    command->require_subcommand(1);
    const auto add = [&](const char* word, const char* help, paths::PathWish wish) {
        CLI::App* const one = command->add_subcommand(word, help);
        one->add_option("path", arguments.path, "the path, or TUNNEL/PATH where several tunnels have it")
            ->required()
            ->type_name("NAME");
        one->add_option("--gateway", arguments.gateway, "which; may be left out when there is only one")
            ->type_name("NAME");
        one->callback([&, wish] { status = ask_path(wish, arguments.path, arguments.gateway); });
    };
    add("drain", "traffic leaves it at once and stays away, over reloads and restarts of control, until `use`",
        paths::PathWish::drain);
    add("use", "traffic may use it again", paths::PathWish::use);
}

void add_events(CLI::App& app, Arguments& arguments, int& status) {
    CLI::App* const command = app.add_subcommand("events", "what happened on a gateway, oldest first");
    command->add_option("--gateway", arguments.gateway, "which; may be left out when there is only one")
        ->type_name("NAME");
    command->add_flag("--json", arguments.json, "for machines; one document a line");
    command->add_flag("--follow", arguments.follow, "and what happens from now on, until Ctrl-C");
    command->callback([&] {
        using Form = EventsOptions::Form;
        using Until = EventsOptions::Until;
        status = events({arguments.gateway, arguments.json ? Form::json : Form::text,
                         arguments.follow ? Until::stopped : Until::newest});
    });
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

int run_command_line(int argc, const char* const* argv) {
    CLI::App app{"Looks at and steers the Ropewalk gateways of this machine; alone it shows their summary."};
    app.require_subcommand(0, 1);
    app.set_version_flag("--version", version_line(), "print versions");
    Arguments arguments;
    int status = 0;
    add_show(app, arguments, status);
    add_path(app, arguments, status);
    add_events(app, arguments, status);
    add_others(app, arguments, status);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : wrong_usage;
    }
    return app.get_subcommands().empty() ? overview() : status;
}

}  // namespace ropewalk::control::cli
