# The demo's live table: repainted on a terminal, a short line every few seconds elsewhere. Sourced after lab.sh.

event="all paths are up"
quiet_interval=5
last_line_at=-$quiet_interval

# tell EVENT: what was done to the paths just now.
tell() {
    event=$1
    if [[ ! -t 1 ]]; then say "$(printf '%3d s  %s' "$((SECONDS - stream_started))" "$event")"; fi
}

# paint: once a second or so.
paint() {
    local side elapsed=$((SECONDS - stream_started))
    if [[ -t 1 ]]; then
        local page
        page=$(
            printf 'Streams of %d packets/s each way, %d of %d s: %s\n' "$stream_rate" "$elapsed" "$stream_seconds" "$event"
            for side in edge hub; do
                heading "$side"
                "$ropewalk" show paths --gateway "$side"
            done
        )
        # Home, the page with every line cleared to its end, and what is below it cleared: no flicker.
        printf "\033[H%s\033[J" "${page//$'\n'/$'\033[K\n'}"$'\033[K\n'
    elif ((elapsed - last_line_at >= quiet_interval)); then
        last_line_at=$elapsed
        say "$(printf '%3d s  paths up: edge %s of %d, hub %s of %d' "$elapsed" "$(count_live_paths edge)" "$lab_paths" \
            "$(count_live_paths hub)" "$lab_paths")"
    fi
}

# paint_for SECONDS
paint_for() {
    local until=$((SECONDS + $1))
    while ((SECONDS < until)); do
        paint
        sleep 1 &
        wait $!
    done
}
