#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace ropewalk::control::metrics {

/// How metrics are written: OpenMetrics 1.0, or the older text of Prometheus (0.0.4), in which a counter's family has
/// the suffix `_total` itself.
enum class Format : std::uint8_t { open_metrics, prometheus };

const char* content_type_of(Format format);

/// All samples of one name.
struct Family {
    enum class Type : std::uint8_t { counter, gauge, info } type;
    std::string name;  ///< with its unit as the suffix, without `_total` or `_info`
    std::string unit;  ///< may be empty
    std::string help;  ///< one line
};

/// `gateway="edge",path="lte"`, escaped.
std::string labels_of(std::initializer_list<std::pair<std::string_view, std::string_view>> labels);

/// A page of metrics, written family by family.
class MetricText {
public:
    explicit MetricText(Format format) : format_(format) {}

    /// Samples that follow belong to it.
    void begin(const Family& family);
    void add(std::string_view labels, std::uint64_t value);
    void add(std::string_view labels, double value);

    /// The whole page, with its end.
    std::string take() &&;

private:
    const Format format_;
    std::string sample_name_, text_;
};

}  // namespace ropewalk::control::metrics
