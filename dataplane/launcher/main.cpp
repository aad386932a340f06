#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "dataplane/launcher/levels.hpp"

namespace {

namespace launcher = ropewalk::dataplane::launcher;

/// The builtin wants literals. It also asks whether the kernel keeps the wide registers.
std::vector<std::string_view> levels_of_this_processor() {
    std::vector<std::string_view> found;
    if (__builtin_cpu_supports("x86-64-v4")) found.push_back(launcher::levels[0]);
    if (__builtin_cpu_supports("x86-64-v3")) found.push_back(launcher::levels[1]);
    if (__builtin_cpu_supports("x86-64-v2")) found.push_back(launcher::levels[2]);
    return found;
}

int refuse(const std::string& reason) {
    fmt::print(stderr, "ropewalk-dataplane: {}\n", reason);
    return 1;
}

}  // namespace

/// Becomes the dataplane that is compiled for this processor: same process, same arguments, same environment. It lies
/// beside this program.
int main(int, char** argv) {
    const char* const asked = std::getenv(launcher::asked_by);
    const auto level = launcher::choose_level(asked == nullptr ? "" : asked, levels_of_this_processor());
    if (!level) return refuse(level.error().message);

    std::error_code error;
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) return refuse(fmt::format("/proc/self/exe cannot be read: {}; mount /proc", error.message()));
    const std::string program = fmt::format("{}-{}", (self.parent_path() / "ropewalk-dataplane").string(), *level);
    execv(program.c_str(), argv);
    return refuse(fmt::format("{} cannot be started: {}; it is installed together with this program", program,
                              std::error_code(errno, std::generic_category()).message()));
}
