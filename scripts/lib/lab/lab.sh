# The whole lab: up and down. Sourced by scripts/lab and scripts/demo, after say.sh and root.sh.

for part in record hugepages wires wan configure gateways; do
    # shellcheck source=/dev/null
    source "$ROPEWALK_ROOT/scripts/lib/lab/$part.sh"
done

# What can be asked for, and what is when nothing is asked.
lab_paths=3
lab_mtu=1500
lab_outer=ipv4
lab_wire=ropewalk

# The program on paths with a profile.
set_build_dir() {
    build_dir=$1
    wan_emulator=$build_dir/tests/lab/wanem/ropewalk-wanem
}
set_build_dir "$ROPEWALK_ROOT/build"

# Set once there is something of ours to take away.
lab_started=''

# Memory of both gateways (the configuration's default) and a little for EAL itself.
lab_memory_mebibytes=$((2 * 128 + 32))

check_lab_options() {
    [[ $lab_paths =~ ^[0-9]+$ ]] && ((lab_paths >= 1 && lab_paths <= largest_path_count)) ||
        die "--paths '$lab_paths' is not a number from 1 to $largest_path_count"
    [[ $lab_mtu =~ ^[0-9]+$ ]] && ((lab_mtu >= 1280 && lab_mtu <= 9000)) ||
        die "--mtu '$lab_mtu' is not a number of bytes from 1280 to 9000"
    [[ $lab_outer == ipv4 || $lab_outer == ipv6 ]] || die "--outer '$lab_outer' is neither ipv4 nor ipv6"
    [[ $lab_wire == ropewalk || $lab_wire == esp ]] || die "--wire '$lab_wire' is neither ropewalk nor esp"
}

# refuse_running_gateways: another gateway of the same name on this machine must not be disturbed.
refuse_running_gateways() {
    local side lock
    for side in edge hub; do
        for lock in "/run/ropewalk/$side".{control,dataplane}.lock; do
            [[ ! -e $lock ]] || flock -n "$lock" true ||
                die "a gateway named '$side' that this lab did not start is running on this machine (process $(<"$lock")): stop it first"
        done
    done
}

# lab_wires_up [OWNER_PID]: namespaces, wires and configurations, without the gateways.
lab_wires_up() {
    refuse_foreign_owner "${1:-}"
    if lab_exists; then
        say "Taking away an earlier lab first."
        lab_down
    fi
    refuse_running_gateways
    # shellcheck disable=SC2046
    refuse_foreign_namespaces edge hub $(seq -f 'path%g' "$lab_paths")
    lab_started=yes
    if [[ -n ${1:-} ]]; then claim_lab "$1"; fi
    record paths "$lab_paths"
    record build_dir "$build_dir"
    record_gateway_files
    make_wires "$lab_paths" "$lab_mtu"
    make_run_directory
    start_emulators
    write_configuration edge "$lab_paths" "$lab_mtu" "$lab_outer" "$lab_wire"
    write_configuration hub "$lab_paths" "$lab_mtu" "$lab_outer" "$lab_wire"
}

lab_gateways_up() {
    reserve_hugepages "$lab_memory_mebibytes"
    start_gateway edge
    start_gateway hub
    wait_for_paths "$lab_paths" 30
}

# For an EXIT trap: a lab that could not be finished does not stay.
lab_down_unless_finished() {
    local status=$?
    ((status == 0)) || [[ -z $lab_started ]] || lab_down
}

# Takes away what is recorded, whatever state it is in; nothing recorded is nothing to do.
lab_down() {
    lab_exists || return 0
    remove_wires
    remove_gateway_files
    return_hugepages
    local directory
    directory=$(recorded run_dir)
    [[ $directory != /tmp/ropewalk-lab.?* ]] || rm -rf "$directory"
    rm -rf "$lab_record"
    rmdir /run/ropewalk 2>/dev/null || true
}

# Only where a path has an emulator.
print_wan_steps() {
    if ((${#lab_profiles[@]} == 0)); then return; fi
    printf '  %s\n' 'scripts/lab wan 1 loss=5% upload.delay=80ms       # the loss both ways, the delay from edge to hub' \
        'scripts/lab wan 1                                 # what became of every frame'
}

print_next_steps() {
    cat <<TEXT

The lab is up: namespaces edge and hub, $lab_paths paths, each through a router namespace. Logs and configurations: $run_dir
  $build_dir/control/ropewalk show paths --gateway edge --watch
  scripts/lab exec edge ping 192.0.2.2
  scripts/lab exec hub iperf3 -s -D && scripts/lab exec edge iperf3 -c 192.0.2.2
  scripts/lab path 1 down                           # and: scripts/lab path 1 up
  scripts/lab exec path2 tshark -i edge -c 10       # sealed packets on their way
  scripts/lab exec edge tshark -i rw0 -c 10         # the same inside
  scripts/lab down                                  # take it all away
TEXT
    print_wan_steps
}
