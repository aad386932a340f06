# The lab's network: namespaces edge and hub, and for every path a router namespace between them.
#
#   edge:wanN 203.0.113.(8N+2)/29 --- .(8N+1) pathN:edge   pathN:hub 198.51.100.(8N+1) --- hub:wanN 198.51.100.(8N+2)/29
#             2001:db8:eN::2/64       ::1                            2001:db8:fN::1                 2001:db8:fN::2/64
#
# Sourced after say.sh and record.sh.

largest_path_count=16

# wan_address SIDE FAMILY PATH HOST: HOST is 1 for the router, 2 for the gateway.
wan_address() {
    local side=$1 family=$2 path=$3 host=$4
    case $side-$family in
    edge-ipv4) echo "203.0.113.$((8 * path + host))" ;;
    hub-ipv4) echo "198.51.100.$((8 * path + host))" ;;
    edge-ipv6) printf '2001:db8:e%x::%d\n' "$path" "$host" ;;
    hub-ipv6) printf '2001:db8:f%x::%d\n' "$path" "$host" ;;
    esac
}

wan_network() {
    local side=$1 family=$2 path=$3
    if [[ $family == ipv4 ]]; then
        echo "$(wan_address "$side" ipv4 "$path" 0)/29"
    else
        echo "$(wan_address "$side" ipv6 "$path" 0)/64"
    fi
}

other_side() { [[ $1 == edge ]] && echo hub || echo edge; }

refuse_foreign_namespaces() {
    local name
    for name in "$@"; do
        [[ ! -e /run/netns/$name ]] ||
            die "a network namespace '$name' exists already and this lab did not make it: remove it with 'ip netns del $name' or leave the lab"
    done
}

add_namespace() {
    record namespaces "$1"
    ip netns add "$1"
    ip -n "$1" link set lo up
    # Addresses are ready at once, and IPv6 ones stay when a link goes down and up again.
    ip netns exec "$1" sysctl -qw net.ipv6.conf.{all,default}.accept_dad=0 net.ipv6.conf.{all,default}.keep_addr_on_down=1 \
        net.ipv4.conf.{all,default}.rp_filter=0
}

# join_interfaces NAMESPACE INTERFACE NAMESPACE INTERFACE MTU: a cable. Dataplane and emulator read whole frames from
# interfaces, so checksums must be in them and nothing be joined up.
join_interfaces() {
    ip link add "$2" mtu "$5" netns "$1" type veth peer name "$4" mtu "$5" netns "$3"
    ip netns exec "$1" ethtool -K "$2" tx off gso off gro off >/dev/null
    ip netns exec "$3" ethtool -K "$4" tx off gso off gro off >/dev/null
}

leave_to_emulator() {
    ip netns exec "$1" sysctl -qw "net.ipv6.conf.$2.disable_ipv6=1"
    ip -n "$1" link set "$2" arp off up
}

# join_gateway_and_router SIDE PATH MTU: the wire between a gateway and a router, with addresses and the gateway's routes.
join_gateway_and_router() {
    local side=$1 path=$2 mtu=$3 router=path$2 far family
    far=$(other_side "$side")
    if [[ $side == hub ]] && ((${#lab_profiles[@]} > 0)); then
        join_interfaces "$router" hub "$router" near "$mtu"
        join_interfaces hub "wan$path" "$router" far "$mtu"
        leave_to_emulator "$router" near
        leave_to_emulator "$router" far
    else
        join_interfaces "$side" "wan$path" "$router" "$side" "$mtu"
    fi
    ip -n "$router" address add "$(wan_address "$side" ipv4 "$path" 1)/29" dev "$side"
    ip -n "$router" address add "$(wan_address "$side" ipv6 "$path" 1)/64" dev "$side" nodad
    ip -n "$side" address add "$(wan_address "$side" ipv4 "$path" 2)/29" dev "wan$path"
    ip -n "$side" address add "$(wan_address "$side" ipv6 "$path" 2)/64" dev "wan$path" nodad
    ip -n "$router" link set "$side" up
    ip -n "$side" link set "wan$path" up
    for family in ipv4 ipv6; do
        ip -n "$side" route add "$(wan_network "$far" "$family" "$path")" via "$(wan_address "$side" "$family" "$path" 1)"
    done
}

# make_wires PATHS MTU
make_wires() {
    local paths=$1 mtu=$2 path
    add_namespace edge
    add_namespace hub
    for ((path = 1; path <= paths; path++)); do
        add_namespace "path$path"
        ip netns exec "path$path" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
        join_gateway_and_router edge "$path" "$mtu"
        join_gateway_and_router hub "$path" "$mtu"
    done
}

# set_path PATH up|down: as when a line is cut behind the modem. An emulator swallows everything and says nothing; without
# one the interfaces go down and take the carrier with them.
set_path() {
    if is_emulated "$1"; then
        tell_emulator "$1" "link=$2"
        return
    fi
    ip -n "path$1" link set edge "$2"
    ip -n "path$1" link set hub "$2"
}

# Everything that runs in a namespace the lab made is the lab's.
stop_processes_in() {
    local pids
    mapfile -t pids < <(ip netns pids "$1" 2>/dev/null)
    ((${#pids[@]} == 0)) || kill "-$2" "${pids[@]}" 2>/dev/null || true
}

remove_wires() {
    local namespaces name waited
    mapfile -t namespaces < <(recorded namespaces)
    for name in "${namespaces[@]}"; do stop_processes_in "$name" TERM; done
    for ((waited = 0; waited < 50; waited++)); do
        [[ -n $(for name in "${namespaces[@]}"; do ip netns pids "$name" 2>/dev/null; done) ]] || break
        sleep 0.1
    done
    for name in "${namespaces[@]}"; do
        stop_processes_in "$name" KILL
        [[ ! -e /run/netns/$name ]] || ip netns del "$name"
    done
    rm -f "$lab_record/namespaces"
}
