#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/fuzz/driver.hpp"
#include "tests/fuzz/kept_inputs.hpp"
#include "tests/fuzz/mutator.hpp"
#include "tests/fuzz/watched_run.hpp"

namespace ropewalk::tests::fuzz {
namespace {

using packets::Bytes;

constexpr char usage[] =
    "usage: %s [--seed N] [--seconds N | --runs N] [--input FILE] [--failures FOLDER]\n"
    "  --seed N            of the mutations (1); the same one makes the same inputs\n"
    "  --seconds N         how long (20)\n"
    "  --runs N            how many inputs instead\n"
    "  --input FILE        this one only: digits where its name ends in .hex, otherwise as it is\n"
    "  --failures FOLDER   where an input that fails is left (.)\n";

/// An input that takes longer is a failure; the slowest known take a few milliseconds.
constexpr unsigned patience_s = 20;

struct Options {
    std::uint64_t seed = 1, seconds = 20, runs = std::numeric_limits<std::uint64_t>::max();
    std::string input, failures = ".";
};

std::uint64_t number_of(const char* text) {
    std::uint64_t value = 0;
    const char* const end = text + std::strlen(text);
    const auto [stop, error] = std::from_chars(text, end, value);
    if (error != std::errc() || stop != end) throw std::invalid_argument(std::string("no number: ") + text);
    return value;
}

Options read_arguments(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; i += 2) {
        const std::string name = argv[i];
        if (i + 1 == argc) throw std::invalid_argument("unknown, or without a value: " + name);
        const char* const value = argv[i + 1];
        if (name == "--seed")
            options.seed = number_of(value);
        else if (name == "--seconds")
            options.seconds = number_of(value);
        else if (name == "--runs") {
            options.runs = number_of(value);
            options.seconds = std::numeric_limits<std::uint32_t>::max();
        } else if (name == "--input")
            options.input = value;
        else if (name == "--failures")
            options.failures = value;
        else
            throw std::invalid_argument("unknown, or without a value: " + name);
    }
    return options;
}

void run_one(InputInWork& work, const Bytes& input) {
    work.begin(input);
    // Memory of exactly this size, so that the sanitizer sees every step beyond the end.
    const Bytes exact(input.begin(), input.end());
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

/// What was found once, then the seeds as they are, then what becomes of all of them.
void run_all(InputInWork& work, const Options& options) {
    if (!options.input.empty()) return run_one(work, read_input(options.input));
    std::vector<Bytes> seeds = read_inputs_in(ROPEWALK_FUZZ_SEEDS);
    for (Bytes& seed : built_seeds()) seeds.push_back(std::move(seed));
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(options.seconds);
    for (const Bytes& seed : seeds)
        if (work.number() < options.runs) run_one(work, seed);
    Mutator mutator(std::move(seeds), input_form(), options.seed);
    while (work.number() < options.runs && std::chrono::steady_clock::now() < end) run_one(work, mutator.next());
}

int fuzz(const std::string& program, const Options& options) {
    const std::string name = std::filesystem::path(program).filename().string();
    InputInWork work;
    const auto start = std::chrono::steady_clock::now();
    const Ending ending = run_watched(work, patience_s, [&] { run_all(work, options); });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::printf("%s: %llu inputs of seed %llu in %.1f s, %s\n", name.c_str(),
                static_cast<unsigned long long>(work.number()), static_cast<unsigned long long>(options.seed),
                took.count(), ending.is_good ? "none failed" : ending.text.c_str());
    if (ending.is_good) return 0;
    if (options.input.empty()) {
        const auto file =
            std::filesystem::path(options.failures) / (name + "-" + std::to_string(options.seed) + "-" +
                                                       std::to_string(work.number()) + extension_of(input_form()));
        write_input(file.string(), input_form(), work.input());
        std::printf("again: %s --input %s\nwith all inputs before it: %s --seed %llu --runs %llu\n", program.c_str(),
                    file.c_str(), program.c_str(), static_cast<unsigned long long>(options.seed),
                    static_cast<unsigned long long>(work.number()));
    }
    return 1;
}

}  // namespace
}  // namespace ropewalk::tests::fuzz

int main(int argc, char** argv) {
    using namespace ropewalk::tests::fuzz;
    Options options;
    try {
        options = read_arguments(argc, argv);
    } catch (const std::invalid_argument& problem) {
        std::fprintf(stderr, "%s\n", problem.what());
        std::fprintf(stderr, usage, argv[0]);
        return 2;
    }
    try {
        return fuzz(argv[0], options);
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "%s\n", problem.what());
        return 1;
    }
}
