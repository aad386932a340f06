#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ropewalk::control::cli {

/// A table for people: plain ASCII, columns as wide as their widest cell, two blanks between. Columns that hold
/// only numbers, or "-" for none, are aligned to the right.
class Table {
public:
    explicit Table(std::vector<std::string> headings) : rows_{std::move(headings)} {}

    /// One cell for each heading.
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    bool has_rows() const { return rows_.size() > 1; }

    /// Each line begins with `indent` blanks and has none at its end.
    std::string text(std::size_t indent = 0) const;

private:
    bool is_numeric(std::size_t column) const;

    std::vector<std::vector<std::string>> rows_;
};

}  // namespace ropewalk::control::cli
