#include "control/cli/table.hpp"

#include <algorithm>

namespace ropewalk::control::cli {
namespace {

bool is_number(const std::string& cell) {
    return cell == "-" || (!cell.empty() && cell.find_first_not_of("0123456789.") == std::string::npos);
}

}  // namespace

bool Table::is_numeric(std::size_t column) const {
    return has_rows() &&
           std::all_of(rows_.begin() + 1, rows_.end(), [&](const auto& row) { return is_number(row[column]); });
}

std::string Table::text(std::size_t indent) const {
    std::string text;
    std::vector<std::string> lines(rows_.size(), std::string(indent, ' '));
    for (std::size_t column = 0; column < rows_[0].size(); ++column) {
        std::size_t width = 0;
        for (const auto& row : rows_) width = std::max(width, row[column].size());
        const bool to_the_right = is_numeric(column);
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const std::string blanks(width - rows_[i][column].size(), ' ');
            if (column != 0) lines[i] += "  ";
            lines[i] += to_the_right ? blanks + rows_[i][column] : rows_[i][column] + blanks;
        }
    }
    for (std::string& line : lines) text += line.erase(line.find_last_not_of(' ') + 1) + "\n";
    return text;
}

}  // namespace ropewalk::control::cli
