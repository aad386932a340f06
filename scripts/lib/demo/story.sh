# What the demo does to the paths while the streams run. Sourced after table.sh.

kill_paths() {
    local path
    for path in "$@"; do set_path "$path" down; done
    tell "$(name_paths "$@") killed"
}

# restore_paths PATH...: and waits until both gateways hear each other on them again, so that the next ones may be
# killed. A path that fell silent still counts as up for 1.5 s.
restore_paths() {
    local path waited
    for path in "$@"; do set_path "$path" up; done
    tell "$(name_paths "$@") restored"
    paint_for 2
    for ((waited = 0; waited < 10; waited++)); do
        if (($(count_live_paths edge) == lab_paths && $(count_live_paths hub) == lab_paths)); then return; fi
        paint_for 1
    done
    say "$(name_paths "$@") did not come back within 10 s" >&2
}

# `path 1`, `paths 2 and 3`, `paths 2, 3 and 4`
name_paths() {
    local text="path $1"
    if (($# > 1)); then text="paths $1"; fi
    shift
    while (($#)); do
        if (($# == 1)); then text+=" and $1"; else text+=", $1"; fi
        shift
    done
    echo "$text"
}

# Path 1, then all the others together: one path is always alive. Eighths of the streams' time, which leaves enough for
# the paths to come back in.
tell_story() {
    local part=$((stream_seconds / 8)) others
    mapfile -t others < <(seq 2 "$lab_paths")
    paint_for "$part"
    if ((lab_paths == 1)); then
        tell "with one path only, none is killed"
        return
    fi
    kill_paths 1
    paint_for "$part"
    restore_paths 1
    kill_paths "${others[@]}"
    paint_for "$part"
    streams_are_running || die "the streams ended before all paths had their turn: this machine is busy, give the demo more --seconds"
    restore_paths "${others[@]}"
}
