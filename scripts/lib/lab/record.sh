# What the lab made, written down under /run/ropewalk/lab before it is made, so that whoever comes next can take away
# just that after a crash. Sourced after say.sh.
#   namespaces   one name a line
#   files        what the gateways will make in /dev/shm and /run
#   run_dir      the directory with configurations, key and logs
#   hugepages    how many pages were added to vm.nr_hugepages
#   owner        PID and start time of the process that must live for the lab to be in use; absent after `lab up`
#   emulated     the number of every path that has a WAN emulator, one a line
#   paths, outer, mtu   what was asked for

lab_record=/run/ropewalk/lab

lab_exists() { [[ -d $lab_record ]]; }

# record NAME VALUE: a line more.
record() {
    mkdir -p "$lab_record"
    printf '%s\n' "$2" >>"$lab_record/$1"
}

# recorded NAME: its lines, or nothing.
recorded() { cat "$lab_record/$1" 2>/dev/null || true; }

# The 22nd field of /proc/PID/stat: with the PID it names one process for as long as the system is up.
process_start_time() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20; }

owner_is_alive() {
    local pid started
    read -r pid started < <(recorded owner) || return 1
    [[ $(process_start_time "$pid") == "$started" ]]
}

# claim_lab PID: from here on the lab is in use for as long as that process lives.
claim_lab() { record owner "$1 $(process_start_time "$1")"; }

# refuse_foreign_owner [PID]: stops when a living process other than PID uses the lab.
refuse_foreign_owner() {
    local pid _
    owner_is_alive || return 0
    read -r pid _ < <(recorded owner)
    [[ $pid == "${1:-}" ]] ||
        die "the lab is in use by process $pid ($(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c 1-60)): wait for its end or stop it first"
}
