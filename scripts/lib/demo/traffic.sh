# The demo's traffic: ping, one TCP run, and a numbered stream each way. Sourced after lab.sh.

inner_address() { echo "192.0.2.$(inner_host "$1")"; }

# Runs in the background and waits, so that a signal is acted upon at once and not after the command.
interruptibly() {
    "$@" &
    wait $!
}

show_ping() {
    heading "ping through the tunnel"
    interruptibly ip netns exec edge ping -c 5 -i 0.2 "$(inner_address hub)" || die "ping did not get through the tunnel"
}

show_tcp() {
    heading "TCP through the tunnel (iperf3, 5 s; both gateways and the traffic share this machine's $(nproc) CPUs)"
    ip netns exec hub iperf3 --server --one-off >"$run_dir/iperf3-server.log" 2>&1 &
    wait_for_tcp_listener hub 5201
    interruptibly ip netns exec edge iperf3 --client "$(inner_address hub)" --time 5 --json >"$run_dir/iperf3.json" ||
        die "iperf3 failed: $(tail -n 3 "$run_dir/iperf3.json")"
    python3 -c 'import json, sys
end = json.load(open(sys.argv[1]))["end"]
print("received {:.0f} Mbit/s, {} segments resent".format(end["sum_received"]["bits_per_second"] / 1e6, end["sum_sent"]["retransmits"]))' \
        "$run_dir/iperf3.json"
}

wait_for_tcp_listener() {
    local waited
    for ((waited = 0; waited < 100; waited++)); do
        if ip netns exec "$1" ss -Hltn "sport = :$2" | grep -q .; then return; fi
        sleep 0.05
    done
    die "nothing listens on TCP port $2 in $1"
}

stream_port=5000
stream_rate=1000
stream_senders=()
stream_receivers=()

# start_streams COUNT: numbered packets, both ways at once.
start_streams() {
    local side far stream=$build_dir/tests/tools/ropewalk-stream
    for side in edge hub; do
        ip netns exec "$side" "$stream" receive --listen "$(inner_address "$side"):$stream_port" --count "$1" --idle 10 \
            --json >"$run_dir/$side-received.json" &
        stream_receivers+=($!)
    done
    for side in edge hub; do
        until ip netns exec "$side" ss -Hlun "sport = :$stream_port" | grep -q .; do sleep 0.05; done
    done
    for side in edge hub; do
        far=$(other_side "$side")
        ip netns exec "$side" "$stream" send --to "$(inner_address "$far"):$stream_port" --rate "$stream_rate" \
            --count "$1" >"$run_dir/$side-sent.json" &
        stream_senders+=($!)
    done
}

streams_are_running() { kill -0 "${stream_senders[@]}" 2>/dev/null; }

wait_for_streams() { wait "${stream_senders[@]}" "${stream_receivers[@]}" || true; }

# Both directions' results; fails unless both are perfect.
print_stream_results() {
    local side status=0
    for side in edge hub; do
        python3 "$ROPEWALK_ROOT/scripts/lib/demo/result.py" "$side->$(other_side "$side")" "$run_dir/$side-sent.json" \
            "$run_dir/$(other_side "$side")-received.json" || status=1
    done
    return "$status"
}
