# Building into build/ and, for the sanitizers, build/asan. Sourced after say.sh and root.sh.

# configure DIRECTORY MESON_OPTION...: sets the directory up once. One that is there stays as it is, with the options
# its owner chose; meson itself notices changed meson.build files.
configure() {
    local directory=$1 output
    shift
    if [[ -f $directory/build.ninja ]]; then return; fi
    output=$(as_tree_owner meson setup "$directory" "$ROPEWALK_ROOT" "$@" 2>&1) ||
        die "meson could not set up $directory: $(tail -n 5 <<<"$output")"
}

# compile DIRECTORY TARGET...: no target builds all.
compile() {
    local directory=$1 quiet=()
    shift
    if [[ ! -t 1 ]]; then quiet=(--quiet); fi
    as_tree_owner ninja -C "$directory" "${quiet[@]}" "$@" ||
        die "the build in $directory failed: the compiler's message stands above"
}

# What a release build is set up with.
release_options=(-Dbuildtype=release)

build_release() {
    configure "$ROPEWALK_ROOT/build" "${release_options[@]}"
    compile "$ROPEWALK_ROOT/build" "$@"
}

# What a gateway needs, and what the lab runs, without tests and benchmarks: much faster on a first build.
installed_programs=(control/ropewalk control/ropewalk-control dataplane/ropewalk-dataplane)
lab_programs=("${installed_programs[@]}" tests/tools/ropewalk-stream tests/lab/wanem/ropewalk-wanem)
build_lab_programs() { build_release "${lab_programs[@]}"; }

# Only the tests that run in one process: the sanitizers see them without a lab. Several sources are compiled as one, which
# takes two thirds of the time.
compile_sanitized() {
    configure "$ROPEWALK_ROOT/build/asan" -Dbuildtype=debug -Doptimization=0 -Dsanitize=true -Dperf=false \
        -Dunity=on -Dunity_size=8
    compile "$ROPEWALK_ROOT/build/asan" "$@"
}
build_sanitized_tests() { compile_sanitized tests/unit/unit-tests tests/pipeline/pipeline-tests; }

fuzz_drivers=(commands configuration joining pipelines snapshots)
build_fuzzers() { compile_sanitized "${fuzz_drivers[@]/#/tests/fuzz/fuzz-}"; }
