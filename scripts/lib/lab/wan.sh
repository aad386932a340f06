# The WAN emulators on the lab's paths. Sourced after say.sh, record.sh and wires.sh.
#
# A path with an emulator has it inside its router namespace, behind the router:
#
#   edge:wanN --- edge | pathN forwards | hub --- near | ropewalk-wanem | far --- hub:wanN
#
# so addresses and routes are those of a plain path, upload is from edge to hub, and a packet that does not fit is answered
# on its way. near and far are the emulator's alone: the kernel neither answers nor speaks on them.

# lab_profiles: one per path, by name or as a YAML file; empty for plain wires.
lab_profiles=()

profile_names() { find "$ROPEWALK_ROOT/tests/lab/wanem/profiles" -name '*.yaml' -printf '%f\n' | sed 's/\.yaml$//' | sort | tr '\n' ' '; }

# profile_file PROFILE
profile_file() {
    local file=$1
    [[ $file == */* || $file == *.yaml ]] || file=$ROPEWALK_ROOT/tests/lab/wanem/profiles/$1.yaml
    [[ -r $file ]] || die "there is no profile '$1': give a YAML file or one of: $(profile_names)"
    realpath "$file"
}

# use_profiles: one profile serves all paths that --paths asks for; several make a path each.
use_profiles() {
    local number file files=()
    for number in "${!lab_profiles[@]}"; do
        file=$(profile_file "${lab_profiles[number]}")
        "$wan_emulator" --check --config "$file" || die "$file is not a profile: its problems stand above"
        files+=("$file")
    done
    lab_profiles=("${files[@]}")
    ((${#lab_profiles[@]} == 1)) || lab_paths=${#lab_profiles[@]}
    while ((${#lab_profiles[@]} < lab_paths)); do lab_profiles+=("${lab_profiles[0]}"); done
}

# profile_mtu FILE DEFAULT: the gateways' paths have the MTU of the line.
profile_mtu() {
    local mtu
    mtu=$(sed 's/#.*//' "$1" | grep -o 'mtu: *[0-9]*B' | head -n 1 | tr -dc '0-9')
    echo "${mtu:-$2}"
}

wan_socket() { echo "$run_dir/path$1.wan"; }

# start_emulator PATH: its report goes to the run directory when it ends.
start_emulator() {
    local path=$1 waited
    setsid ip netns exec "path$path" "$wan_emulator" --near near --far far --config "${lab_profiles[path - 1]}" --seed "$path" \
        --control "$(wan_socket "$path")" </dev/null >"$run_dir/path$path-wan.json" 2>"$run_dir/path$path-wan.log" &
    for ((waited = 0; waited < 100; waited++)); do
        if [[ -S $(wan_socket "$path") ]]; then return; fi
        sleep 0.05
    done
    die "the emulator of path $path did not start: $(<"$run_dir/path$path-wan.log")"
}

start_emulators() {
    local path
    for ((path = 1; path <= ${#lab_profiles[@]}; path++)); do
        start_emulator "$path"
        record emulated "$path"
    done
}

is_emulated() { recorded emulated | grep -qx "$1"; }

# tell_emulator PATH [JSON|KEY=VALUE...]
tell_emulator() {
    local path=$1
    shift
    python3 "$ROPEWALK_ROOT/scripts/lib/lab/tell_wan.py" "$(recorded run_dir)/path$path.wan" "$@"
}
