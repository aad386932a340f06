#include "control/telling/reload_log.hpp"

namespace ropewalk::control::telling {

std::vector<LogLine> reload_log(const reload::ReloadReport& report) {
    std::vector<LogLine> lines;
    for (const std::string& line : report.lines) {
        // When changes were taken over, only how it ended can be bad news.
        const bool is_bad_news = !report.succeeded && (report.generation == 0 || &line == &report.lines.back());
        lines.push_back({is_bad_news ? LogLine::Weight::error : LogLine::Weight::info, "reload: " + line});
    }
    return lines;
}

}  // namespace ropewalk::control::telling
