#include "config/schema/yaml_tree.hpp"

#include <sstream>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "config/schema/wording.hpp"

namespace ropewalk::config::schema {
namespace {

/// A configuration needs seven.
constexpr std::size_t deepest_nesting = 32;

struct NestedTooDeep {
    int line;
};

/// Builds the tree from the parser's events.
class TreeBuilder final : public YAML::EventHandler {
public:
    explicit TreeBuilder(std::string_view text) : text_(text) {}

    YamlNode take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
        std::string word = null_word_at(mark);
        const auto kind = word.empty() ? YamlNode::Kind::nothing : YamlNode::Kind::scalar;
        add(mark, kind, std::move(word));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { add(mark, YamlNode::Kind::alias, ""); }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
        add(mark, is_ordinary(tag) ? YamlNode::Kind::scalar : YamlNode::Kind::tagged, value);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {
        open(mark, is_ordinary(tag) ? YamlNode::Kind::list : YamlNode::Kind::tagged);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {
        open(mark, is_ordinary(tag) ? YamlNode::Kind::map : YamlNode::Kind::tagged);
        is_map_.back() = true;
    }
    void OnMapEnd() override { close(); }

private:
    /// The parser's own tags for values that carry none: `?` for plain ones, `!` for quoted ones.
    static bool is_ordinary(const std::string& tag) { return tag.empty() || tag == "?" || tag == "!"; }
    static int line_of(const YAML::Mark& mark) { return mark.line + 1; }

    /// The parser reports an empty value and the word `null`, which is the name of a driver here, by the same event;
    /// the text tells them apart.
    std::string null_word_at(const YAML::Mark& mark) const {
        const auto at = static_cast<std::size_t>(mark.pos);
        for (const std::string_view word : {"null", "Null", "NULL", "~"}) {
            if (at < text_.size() && text_.substr(at).starts_with(word)) return std::string(word);
        }
        return "";
    }

    void add(const YAML::Mark& mark, YamlNode::Kind kind, std::string text) {
        place({kind, line_of(mark), std::move(text), {}, {}});
    }
    void open(const YAML::Mark& mark, YamlNode::Kind kind) {
        if (open_.size() >= deepest_nesting) throw NestedTooDeep{line_of(mark)};
        open_.push_back({kind, line_of(mark), "", {}, {}});
        is_map_.push_back(false);
    }
    void close() {
        YamlNode node = std::move(open_.back());
        open_.pop_back();
        is_map_.pop_back();
        place(std::move(node));
    }
    void place(YamlNode node) {
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        YamlNode& parent = open_.back();
        const bool is_key = is_map_.back() && parent.keys.size() == parent.items.size();
        (is_key ? parent.keys : parent.items).push_back(std::move(node));
    }

    std::string_view text_;
    YamlNode root_;
    std::vector<YamlNode> open_;
    std::vector<bool> is_map_;
};

}  // namespace

std::string description_of(const YamlNode& node) {
    switch (node.kind) {
        case YamlNode::Kind::nothing:
            return "nothing";
        case YamlNode::Kind::scalar:
            return in_quotes(node.text);
        case YamlNode::Kind::list:
            return "a list";
        case YamlNode::Kind::map:
            return "a map";
        case YamlNode::Kind::alias:
            return "an alias";
        case YamlNode::Kind::tagged:
            return "a value with a tag";
    }
    return "something unknown";
}

std::optional<YamlNode> parse_yaml(const std::string& text, Notes& notes) {
    try {
        std::istringstream stream(text);
        YAML::Parser parser(stream);
        TreeBuilder first(text), second(text);
        parser.HandleNextDocument(first);
        if (parser.HandleNextDocument(second)) {
            notes.problem_on(second.take().line, "", "a second document behind '---'", "one document in a file");
            return std::nullopt;
        }
        return first.take();
    } catch (const YAML::ParserException& error) {
        notes.problem_on(error.mark.line + 1, "", "text that is not YAML: " + shown(error.msg), "YAML");
    } catch (const NestedTooDeep& error) {
        notes.problem_on(error.line, "", fmt::format("more than {} levels of nesting", deepest_nesting),
                         "the keys of a configuration, which need no more than seven");
    }
    return std::nullopt;
}

}  // namespace ropewalk::config::schema
