#include "config/schema/diff.hpp"

#include "config/schema/key.hpp"

namespace ropewalk::config::schema {

std::vector<Change> diff(const Gateway& before, const Gateway& after) {
    std::vector<Change> changes;
    compare_sections(keys_of<Gateway>(), "", before, after, changes);
    return changes;
}

Gateway held_back(const Gateway& running, Gateway loaded) {
    hold_back_section(keys_of<Gateway>(), running, loaded);
    return loaded;
}

Tunnel held_back(const Tunnel& running, Tunnel loaded) {
    hold_back_section(keys_of<Tunnel>(), running, loaded);
    return loaded;
}

std::vector<KeyText> key_texts() {
    std::vector<KeyText> texts;
    describe_section(keys_of<Gateway>(), "", texts);
    return texts;
}

}  // namespace ropewalk::config::schema
