# Does every header compile alone? Compiler runs are ninja's, so that both cores work and only what changed is redone.
# Sourced after say.sh and build.sh.

# The packages whose headers ours include; warnings inside them are not ours.
header_packages=(libdpdk fmt spdlog yaml-cpp libcrypto libmicrohttpd libmnl CLI11 gtest)

# stood_alone HEADER: its own source includes it first, so the build has shown it; not where a precompiled header comes
# before.
stood_alone() {
    local name=${1#"$ROPEWALK_ROOT"/}
    local source=${1%.hpp}.cpp
    [[ $name != tests/unit/* && $name != tests/pipeline/* && -f $source ]] || return 1
    [[ $(grep -m1 '^#include' "$source") == "#include \"$name\"" ]]
}

write_header_rules() {
    local directory=$1 flags header
    flags=$(pkg-config --cflags "${header_packages[@]}" | sed 's/ -I/ -isystem /g; s/^-I/-isystem /')
    {
        echo "rule alone"
        echo "  command = g++ -std=c++20 -Wall -Wextra -Werror $flags -march=x86-64-v3 -I$ROPEWALK_ROOT -fsyntax-only" \
            "-MD -MF \$out.d -x c++ -include \$in /dev/null && touch \$out"
        echo "  depfile = \$out.d"
        echo "  deps = gcc"
        echo "  description = \$in"
        find "$ROPEWALK_ROOT"/{config,control,dataplane,perf,tests} -name '*.hpp' | sort | while read -r header; do
            stood_alone "$header" || echo "build ${header#"$ROPEWALK_ROOT"/}.ok: alone $header"
        done
    } >"$directory/build.ninja"
}

# check_headers RESULT_XML: one test case for all of them; the compiler says which does not stand alone.
check_headers() {
    local directory=$ROPEWALK_ROOT/build/headers failure=''
    as_tree_owner mkdir -p "$directory"
    write_header_rules "$directory"
    as_tree_owner ninja -C "$directory" --quiet -k 0 || failure='<failure message="a header does not compile alone"/>'
    echo "<testsuite name=\"headers\"><testcase name=\"every header compiles alone\">$failure</testcase></testsuite>" >"$1"
    [[ -z $failure ]]
}
