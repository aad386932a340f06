# One function a suite: suite_NAME runs it through run_counted, which adds to the totals. Sourced after build.sh.

# In this order: process and changes wait most of the time, and need the lab's programs only, so the rest is compiled beside
# them; wan and perf, which keep time, have the machine alone.
known_suites=(process changes headers docs unit pipeline sim sanitizers fuzz wan perf)
# Run only when they are named.
named_suites=(core debian13)
results_dir=$ROPEWALK_ROOT/build/test-results

passed=0
failed=0
skipped=0
background_build=
in_background=()
background_build_log=$ROPEWALK_ROOT/build/background-build.log

# run_counted NAME COMMAND...: COMMAND writes JUnit XML to $results_dir/NAME.xml.
run_counted() {
    local name=$1 status=0 started=$SECONDS p f s
    shift
    heading "$name"
    as_tree_owner mkdir -p "$results_dir"
    rm -f "$results_dir/$name.xml"
    "$@" || status=$?
    read -r p f s < <(python3 "$ROPEWALK_ROOT/scripts/lib/test/count.py" "$status" "$results_dir/$name.xml")
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    say "$name: $p passed, $f failed, $s skipped in $((SECONDS - started)) s"
}

run_gtest() { run_counted "$1" "$2" --gtest_brief=1 "--gtest_output=xml:$results_dir/$1.xml"; }

# build_for SUITE...: what the first one needs, and in the background what the others do.
build_for() {
    heading build
    if [[ $* == debian13 ]]; then return; fi
    if [[ $1 == process || $1 == changes || $1 == core || $1 == docs ]]; then
        # Beside the lab's programs process offers packets to gateways over memif.
        build_release "${lab_programs[@]}" perf/linerate/ropewalk-perf
        if (($# > 1)); then in_background+=(build_release); fi
    elif [[ $* != fuzz ]]; then
        build_release
    fi
    say "built in $SECONDS s"
    if [[ " $* " == *" sanitizers "* ]]; then in_background+=(build_sanitized_tests); fi
    if [[ " $* " == *" fuzz "* ]]; then in_background+=(build_fuzzers); fi
    if ((${#in_background[@]} != 0)); then start_background_build "${in_background[@]}"; fi
}

# start_background_build FUNCTION...: compiles on what suites leave of the processors. Job control gives it a process group
# of its own, by which it is stopped when the script ends before it.
start_background_build() {
    as_tree_owner touch "$background_build_log"
    rm -f "$background_build_log".*
    trap stop_background_build EXIT
    set -m
    (
        renice -n 19 "$BASHPID" >/dev/null
        for build in "$@"; do
            "$build"
            touch "$background_build_log.$build"
        done
    ) >"$background_build_log" 2>&1 &
    background_build=$!
    set +m
}

stop_background_build() {
    if [[ -z $background_build ]]; then return; fi
    kill -- "-$background_build" 2>/dev/null || true
    wait "$background_build" 2>/dev/null || true
}

# await_background_build [FUNCTION]: until that one is done, or all.
await_background_build() {
    if [[ -z $background_build ]]; then return; fi
    if (($# != 0)); then
        if [[ " ${in_background[*]} " != *" $1 "* ]]; then return; fi
        while kill -0 "$background_build" 2>/dev/null && [[ ! -e $background_build_log.$1 ]]; do sleep 0.2; done
        if [[ -e $background_build_log.$1 ]]; then return; fi
    fi
    wait "$background_build" || die "the build failed:
$(cat "$background_build_log")"
    background_build=
}

# None needs root, hugepages or a NIC.
suite_unit() {
    run_gtest unit "$ROPEWALK_ROOT/build/tests/unit/unit-tests"
    run_gtest threads "$ROPEWALK_ROOT/build/tests/threads/threads-tests"
}
suite_pipeline() { run_gtest pipeline "$ROPEWALK_ROOT/build/tests/pipeline/pipeline-tests"; }

# What the pages say, against the programs and sources; and which folder includes which.
run_docs() {
    as_tree_owner env PYTHONDONTWRITEBYTECODE=1 "ROPEWALK_BUILD=$ROPEWALK_ROOT/build" /usr/bin/python3 -m pytest -q \
        -p no:cacheprovider "--junitxml=$results_dir/docs.xml" "$ROPEWALK_ROOT/tests/docs" \
        "$ROPEWALK_ROOT/tests/tree"
}
suite_docs() { run_counted docs run_docs; }

suite_headers() { run_counted headers check_headers "$results_dir/headers.xml"; }

suite_sanitizers() {
    local programs=$ROPEWALK_ROOT/build/asan/tests beside=$results_dir/pipeline-sanitized.beside
    as_tree_owner mkdir -p "$results_dir"
    rm -f "$beside.xml"
    # Each keeps one processor busy.
    "$programs/pipeline/pipeline-tests" --gtest_brief=1 "--gtest_output=xml:$beside.xml" >"$beside.txt" 2>&1 &
    beside_process=$!
    # A process in the background does not hear of an interrupt.
    trap 'kill "$beside_process" 2>/dev/null || true; stop_background_build' EXIT
    run_gtest unit-sanitized "$programs/unit/unit-tests"
    run_counted pipeline-sanitized await_beside "$beside_process" "$beside" "$results_dir/pipeline-sanitized.xml"
    trap stop_background_build EXIT
}

# await_beside PROCESS OUTPUT RESULT_XML: says what a process has said meanwhile, and ends as it ended.
await_beside() {
    local status=0
    wait "$1" || status=$?
    cat "$2.txt"
    if [[ -f $2.xml ]]; then mv "$2.xml" "$3"; fi
    return "$status"
}

# How long each fuzzer runs, and from which number on; scripts/test sets them for long runs.
fuzz_seconds=20
fuzz_seed=1

# Two at a time. What one says is shown when it has failed: it names the input, which lies among the results.
run_fuzzers() {
    local driver failure status=0
    rm -f "$results_dir"/fuzz-*
    printf '%s\n' "${fuzz_drivers[@]}" | as_tree_owner xargs -P 2 -I NAME bash -c \
        '"$0/fuzz-NAME" --seed "$1" --seconds "$2" --failures "$3" >"$3/fuzz-NAME.said" 2>&1 && touch "$3/fuzz-NAME.good"' \
        "$ROPEWALK_ROOT/build/asan/tests/fuzz" "$fuzz_seed" "$fuzz_seconds" "$results_dir" || status=$?
    {
        echo '<testsuite name="fuzz">'
        for driver in "${fuzz_drivers[@]}"; do
            failure='<failure message="an input failed"/>'
            if [[ -e $results_dir/fuzz-$driver.good ]]; then failure=; fi
            echo "<testcase name=\"$driver\">$failure</testcase>"
        done
        echo '</testsuite>'
    } >"$results_dir/fuzz.xml"
    for driver in "${fuzz_drivers[@]}"; do
        if [[ -e $results_dir/fuzz-$driver.good ]]; then
            tail -n 1 "$results_dir/fuzz-$driver.said"
        else
            cat "$results_dir/fuzz-$driver.said"
        fi
    done
    return "$status"
}
suite_fuzz() { run_counted fuzz run_fuzzers; }

# Ten thousand runs in virtual time, then the simulator itself. Needs no root either.
run_simulation() {
    local status=0
    "$ROPEWALK_ROOT/build/tests/sim/ropewalk-sim" --seeds 10000 >"$results_dir/sim.txt" || status=$?
    as_tree_owner env PYTHONDONTWRITEBYTECODE=1 "ROPEWALK_BUILD=$ROPEWALK_ROOT/build" /usr/bin/python3 -m pytest -q \
        -p no:cacheprovider "--junitxml=$results_dir/sim.xml" "$ROPEWALK_ROOT/tests/sim/test_simulation.py" || status=$?
    cat "$results_dir/sim.txt"
    return "$status"
}

suite_sim() { run_counted sim run_simulation; }

# run_pytest SUITE [FILE...]: the tests in tests/SUITE, or those in some files of tests/.
run_pytest() {
    local suite=$1 files=("${@:2}")
    if ((${#files[@]} == 0)); then files=("$suite"); fi
    if ! is_root && ! can_sudo; then
        say "The $suite suite makes network namespaces and needs root: run scripts/test as root or as a user who may use sudo."
        return 1
    fi
    as_root env PYTHONDONTWRITEBYTECODE=1 "ROPEWALK_BUILD=$ROPEWALK_ROOT/build" \
        /usr/bin/python3 -m pytest -q -p no:cacheprovider "--junitxml=$results_dir/$suite.xml" \
        "${files[@]/#/$ROPEWALK_ROOT/tests/}"
}

# The harness, and a few ratios to the floor: as root where that can be, because the baseline is that of hugepages.
run_perf() {
    local as=as_tree_owner
    if is_root || can_sudo; then as=as_root; fi
    "$as" env PYTHONDONTWRITEBYTECODE=1 "ROPEWALK_BUILD=$ROPEWALK_ROOT/build" \
        /usr/bin/python3 -m pytest -q -p no:cacheprovider "--junitxml=$results_dir/perf.xml" "$ROPEWALK_ROOT/tests/perf"
}

suite_perf() { run_counted perf run_perf; }

# How long changes go on, on each host, and which; scripts/test sets them for long runs.
changes_seconds=20
changes_seed=1

run_changes() {
    local host failure status=0 cases=
    for host in kind real; do
        failure=
        as_root env "ROPEWALK_BUILD=$ROPEWALK_ROOT/build" "$ROPEWALK_ROOT/tests/changes/run" --host "$host" \
            --seconds "$changes_seconds" --seed "$changes_seed" --results "$results_dir/changes-$host" ||
            { failure='<failure message="something was lost, or did not come back"/>' && status=1; }
        cases+="<testcase name=\"$host\">$failure</testcase>"
    done
    echo "<testsuite name=\"changes\">$cases</testsuite>" >"$results_dir/changes.xml"
    return "$status"
}
suite_changes() { run_counted changes run_changes; }

suite_wan() { run_counted wan run_pytest wan; }
suite_process() { run_counted process run_pytest process; }
suite_core() { run_counted core run_pytest core process/test_{first_steps,paths_die,restarts,reload,joined_packets}.py; }

# Every command starts in the tree that the first one made. What failed there is counted here.
run_debian13() {
    local inside=("$ROPEWALK_ROOT/tests/tools/debian13") place=$ROPEWALK_ROOT/build/debian13 status=0
    if ! is_root && ! can_sudo; then
        say "The debian13 suite makes a system of its own and needs root: run scripts/test as root or as a user who may use sudo."
        return 1
    fi
    "${inside[@]}" --fresh ./scripts/install-deps && "${inside[@]}" ./scripts/test unit pipeline core &&
        "${inside[@]}" ./scripts/demo --seconds 12 || status=$?
    {
        echo '<testsuites>'
        cat "$place"/tree/ropewalk/build/test-results/*.xml | sed 's/<?xml[^>]*?>//'
        echo '</testsuites>'
    } >"$results_dir/debian13.xml"
    return "$status"
}
suite_debian13() { run_counted debian13 run_debian13; }
