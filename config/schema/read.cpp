#include "config/schema/read.hpp"

#include <filesystem>
#include <optional>

#include "config/schema/notes.hpp"
#include "config/schema/read_sections.hpp"
#include "config/schema/text_file.hpp"
#include "config/schema/validate.hpp"

namespace ropewalk::config::schema {

tl::expected<Gateway, Problems> read_gateway_text(const std::string& text, const std::string& file) {
    Notes notes(file);
    const std::optional<YamlNode> root = parse_text_file(text, notes);
    if (!root) return tl::make_unexpected(notes.take_problems());
    if (root->kind == YamlNode::Kind::nothing) {
        notes.problem_on(0, "", "an empty file", "a configuration with gateway, ports and tunnels");
        return tl::make_unexpected(notes.take_problems());
    }
    Gateway gateway = read_gateway(*root, notes);
    if (root->kind == YamlNode::Kind::map) validate(gateway, notes);
    if (notes.has_problems()) return tl::make_unexpected(notes.take_problems());
    return gateway;
}

tl::expected<Gateway, Problems> read_gateway_file(const std::string& path) {
    const auto text = read_text_file(path);
    if (!text) return tl::make_unexpected(text.error());
    tl::expected<Gateway, Problems> gateway = read_gateway_text(*text, path);
    if (gateway) {
        const std::filesystem::path folder = std::filesystem::path(path).parent_path();
        for (Tunnel& tunnel : gateway->tunnels) tunnel.key_file = (folder / tunnel.key_file).string();
    }
    return gateway;
}

}  // namespace ropewalk::config::schema
