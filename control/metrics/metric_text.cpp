#include "control/metrics/metric_text.hpp"

#include <iterator>

#include <fmt/format.h>

namespace ropewalk::control::metrics {
namespace {

const char* suffix_of(Family::Type type) {
    switch (type) {
        case Family::Type::counter:
            return "_total";
        case Family::Type::info:
            return "_info";
        case Family::Type::gauge:
            break;
    }
    return "";
}

const char* word_of(Family::Type type, Format format) {
    switch (type) {
        case Family::Type::counter:
            return "counter";
        case Family::Type::info:
            return format == Format::open_metrics ? "info" : "gauge";
        case Family::Type::gauge:
            break;
    }
    return "gauge";
}

}  // namespace

const char* content_type_of(Format format) {
    return format == Format::open_metrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                          : "text/plain; version=0.0.4; charset=utf-8";
}

std::string labels_of(std::initializer_list<std::pair<std::string_view, std::string_view>> labels) {
    std::string text;
    for (const auto& [name, value] : labels) {
        text.append(text.empty() ? "" : ",").append(name).append("=\"");
        for (const char c : value) {
            if (c == '\n') {
                text += "\\n";
                continue;
            }
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
        text += '"';
    }
    return text;
}

void MetricText::begin(const Family& family) {
    sample_name_ = family.name + suffix_of(family.type);
    const std::string& described = format_ == Format::open_metrics ? family.name : sample_name_;
    fmt::format_to(std::back_inserter(text_), "# HELP {} {}\n# TYPE {} {}\n", described, family.help, described,
                   word_of(family.type, format_));
    if (!family.unit.empty() && format_ == Format::open_metrics)
        fmt::format_to(std::back_inserter(text_), "# UNIT {} {}\n", described, family.unit);
}

void MetricText::add(std::string_view labels, std::uint64_t value) {
    fmt::format_to(std::back_inserter(text_), "{}{{{}}} {}\n", sample_name_, labels, value);
}

void MetricText::add(std::string_view labels, double value) {
    fmt::format_to(std::back_inserter(text_), "{}{{{}}} {}\n", sample_name_, labels, value);
}

std::string MetricText::take() && {
    if (format_ == Format::open_metrics) text_ += "# EOF\n";
    return std::move(text_);
}

}  // namespace ropewalk::control::metrics
