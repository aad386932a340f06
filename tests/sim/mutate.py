"""Makes the sources of ropewalk-sim-mutants: the program's files with known defects, each behind a switch.

    mutate.py SOURCE_ROOT OUTPUT_DIR DEPFILE STAMP MUTATION.toml...

A mutation names a file, a text that stands in it exactly once, and what to put there; MUTATED in it is true while the
mutation is active. Headers land under OUTPUT_DIR by their path, where -iquote finds them before the true ones; a .cpp
lands beside STAMP as mutated_NAME.cpp. STAMP is the table of mutations; mutation_id.hpp, beside it, is included first in
every file, so that each is compiled again when any of this changes. The program's own files are never touched.
"""
import sys
import tomllib
from pathlib import Path

NAMESPACE = "ropewalk::tests::sim"


class Mutations:
    def __init__(self, root: Path, paths: list[Path]):
        self.root = root
        self.by_name = {path.stem: tomllib.loads(path.read_text()) for path in paths}

    def sources(self) -> list[str]:
        return sorted({mutation["file"] for mutation in self.by_name.values()})

    def mutated(self, source: str) -> str:
        text = (self.root / source).read_text()
        for name, mutation in self.by_name.items():
            if mutation["file"] != source:
                continue
            found = text.count(mutation["find"].strip())
            if found != 1:
                sys.exit(f"mutation {name}: its text stands {found} times in {source}, 1 is needed; "
                         f"the source has changed, change tests/sim/mutations/{name}.toml with it")
            switch = f"::{NAMESPACE}::is_active(::{NAMESPACE}::MutationId::{name})"
            text = text.replace(mutation["find"].strip(), mutation["replace"].strip().replace("MUTATED", switch))
        return text

    def identities(self) -> str:
        names = ", ".join(["none", *self.by_name])
        return (f"#pragma once\n\nnamespace {NAMESPACE} {{\n\nenum class MutationId {{ {names} }};\n"
                "inline MutationId active_mutation = MutationId::none;\n"
                "inline bool is_active(MutationId mutation) { return active_mutation == mutation; }\n\n}\n")

    def table(self) -> str:
        rows = "".join(f'        {{"{name}", "{mutation["property"]}"}},\n' for name, mutation in self.by_name.items())
        return (f'#include "tests/sim/mutation.hpp"\n\nnamespace {NAMESPACE} {{\n\n'
                "const std::vector<Mutation>& mutations() {\n    static const std::vector<Mutation> all = {\n"
                f"{rows}    }};\n    return all;\n}}\n\n"
                "bool activate(std::string_view mutation) {\n"
                "    for (std::size_t i = 0; i < mutations().size(); ++i) {\n"
                "        if (mutations()[i].name != mutation) continue;\n"
                "        active_mutation = static_cast<MutationId>(i + 1);\n        return true;\n    }\n"
                "    return false;\n}\n\n}\n")


def main() -> None:
    root, output, depfile, stamp = (Path(argument) for argument in sys.argv[1:5])
    mutations = Mutations(root, [Path(argument) for argument in sys.argv[5:]])
    files = {stamp.parent / "mutation_id.hpp": mutations.identities(), stamp: mutations.table()}
    for source in mutations.sources():
        place = output / source if source.endswith(".hpp") else stamp.parent / f"mutated_{Path(source).name}"
        files[place] = mutations.mutated(source)
    # A header that is not mutated any more must not hide the true one.
    for stale in set(output.rglob("*.hpp")) - set(files):
        stale.unlink()
    for place, text in files.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    depfile.write_text(f"{stamp}: " + " ".join(str(root / source) for source in mutations.sources()) + "\n")


if __name__ == "__main__":
    main()
