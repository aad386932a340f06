#include "tests/fuzz/kept_inputs.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace ropewalk::tests::fuzz {

namespace fs = std::filesystem;

std::string extension_of(InputForm form) {
    return form == InputForm::text ? ".txt" : ".hex";
}

packets::Bytes read_input(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream whole;
    if (!(whole << stream.rdbuf()) && !stream.eof()) throw std::runtime_error("cannot read " + file);
    const std::string text = whole.str();
    if (!file.ends_with(extension_of(InputForm::bytes))) return {text.begin(), text.end()};
    std::string digits;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) digits += line.substr(0, line.find('#')) + "\n";
    return packets::from_hex(digits);
}

void write_input(const std::string& file, InputForm form, const packets::Bytes& input) {
    std::ofstream stream(file, std::ios::binary);
    if (form == InputForm::text)
        stream.write(reinterpret_cast<const char*>(input.data()), static_cast<std::streamsize>(input.size()));
    else
        for (std::size_t at = 0; at < input.size(); at += 32)
            stream << packets::to_hex(std::span(input).subspan(at, std::min<std::size_t>(32, input.size() - at)))
                   << '\n';
    if (!stream.flush()) throw std::runtime_error("cannot write " + file);
}

std::vector<packets::Bytes> read_inputs_in(const std::string& folder) {
    std::vector<std::string> files;
    std::error_code none_there;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, none_there))
        if (entry.is_regular_file()) files.push_back(entry.path().string());
    std::ranges::sort(files);
    std::vector<packets::Bytes> inputs;
    for (const std::string& file : files) inputs.push_back(read_input(file));
    return inputs;
}

}  // namespace ropewalk::tests::fuzz
