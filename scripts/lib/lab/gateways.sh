# Starting and stopping the lab's two gateways. Sourced after say.sh, record.sh and configure.sh.

# start_gateway SIDE: control and dataplane in the side's namespace, each with its log; they outlive the caller.
start_gateway() {
    local side=$1
    setsid ip netns exec "$side" "$build_dir/control/ropewalk-control" --config "$run_dir/$side.yaml" \
        </dev/null &>"$run_dir/$side-control.log" &
    setsid ip netns exec "$side" "$build_dir/dataplane/ropewalk-dataplane" "$side" \
        </dev/null &>"$run_dir/$side-dataplane.log" &
}

# count_live_paths SIDE: how many paths the gateway has heard its peer on; 0 while it cannot tell.
count_live_paths() {
    "$build_dir/control/ropewalk" show paths --gateway "$1" --json 2>/dev/null | python3 "$ROPEWALK_ROOT/scripts/lib/lab/live_paths.py"
}

# wait_for_paths COUNT SECONDS
wait_for_paths() {
    local wanted=$1 deadline=$((SECONDS + $2)) side
    for side in edge hub; do
        until [[ $(count_live_paths "$side") == "$wanted" ]]; do
            if ((SECONDS >= deadline)); then
                tail -n 5 "$run_dir/$side"-*.log >&2
                die "gateway $side has $(count_live_paths "$side") of $wanted paths up after $2 s: the ends of its logs stand above"
            fi
            sleep 0.1
        done
    done
}

# Where gateways leave files: shared memory, socket and locks, DPDK's directory.
gateway_files() {
    local side
    for side in edge hub; do
        printf '%s\n' "/dev/shm/ropewalk.$side" "/run/ropewalk/$side".{sock,control.lock,dataplane.lock} \
            "/var/run/dpdk/ropewalk-$side"
    done
}

# Those that are not there yet will be the lab's; what a gateway of the same name left earlier is not.
record_gateway_files() {
    local file
    while read -r file; do [[ -e $file ]] || record files "$file"; done < <(gateway_files)
}

remove_gateway_files() {
    local file
    while read -r file; do rm -rf "$file"; done < <(recorded files)
}
