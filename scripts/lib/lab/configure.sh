# The run directory: configurations, key, state and logs of one lab. Sourced after say.sh, record.sh and wires.sh.

inner_host() { [[ $1 == edge ]] && echo 1 || echo 2; }

make_run_directory() {
    run_dir=$(mktemp -d /tmp/ropewalk-lab.XXXXXX)
    record run_dir "$run_dir"
    (umask 077 && head -c 32 /dev/urandom | base64 >"$run_dir/edge-hub.key")
}

# bracketed ADDRESS: as it stands before a port.
bracketed() { [[ $1 == *:* ]] && echo "[$1]" || echo "$1"; }

# path_mtu PATH MTU: what the path's profile leaves of the wire's.
path_mtu() {
    if ((${#lab_profiles[@]} == 0)); then echo "$2"; else profile_mtu "${lab_profiles[$1 - 1]}" "$2"; fi
}

# write_configuration SIDE PATHS MTU OUTER WIRE
write_configuration() {
    local side=$1 paths=$2 mtu=$3 outer=$4 wire=$5 far path
    far=$(other_side "$side")
    mkdir -p "$run_dir/$side-state"
    {
        cat <<YAML
gateway: { name: $side, state_dir: $run_dir/$side-state }
ports:
YAML
        for ((path = 1; path <= paths; path++)); do
            echo "  wan$path: { driver: af_packet, interface: wan$path, mtu: $(path_mtu "$path" "$mtu")B }"
        done
        cat <<YAML
inside:
  interface: rw0
  addresses: [192.0.2.$(inner_host "$side")/24, "2001:db8:1::$(inner_host "$side")/64"]
tunnels:
  $far:
    key_file: edge-hub.key
    wire: $wire
    prefixes: [192.0.2.$(inner_host "$far")/32, "2001:db8:1::$(inner_host "$far")/128"]
    paths:
YAML
        for ((path = 1; path <= paths; path++)); do
            printf '      path%d: { id: %d, port: wan%d, local: "%s:4500", peer: "%s:4500" }\n' "$path" "$path" "$path" \
                "$(bracketed "$(wan_address "$side" "$outer" "$path" 2)")" "$(bracketed "$(wan_address "$far" "$outer" "$path" 2)")"
        done
    } >"$run_dir/$side.yaml"
}
