# The Debian packages that Ropewalk is built, run and tested with. Sourced after say.sh and root.sh.

build_packages=(
    g++ meson ninja-build pkg-config
    libdpdk-dev libipsec-mb-dev libmicrohttpd-dev libmnl-dev libssl-dev
    libcli11-dev libexpected-dev libfmt-dev libspdlog-dev libyaml-cpp-dev nlohmann-json3-dev
    libbenchmark-dev libgmock-dev libgtest-dev
)
lab_packages=(iproute2 procps ethtool iputils-ping iperf3 python3 python3-yaml)
test_packages=(
    dpdk-dev nftables tshark
    python3-cryptography python3-pytest python3-scapy
)

missing_packages() {
    local package status
    for package in "${build_packages[@]}" "${lab_packages[@]}" "${test_packages[@]}" "$@"; do
        status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || true
        [[ $status == installed ]] || printf '%s\n' "$package"
    done
}

# install_missing_packages [PACKAGE...]: and these.
install_missing_packages() {
    command -v apt-get >/dev/null && command -v dpkg-query >/dev/null ||
        die "apt-get was not found: this installs packages of Debian 12 or 13; on another system install the equivalents of: ${build_packages[*]} ${lab_packages[*]} ${test_packages[*]}"

    local missing
    mapfile -t missing < <(missing_packages "$@")
    if ((${#missing[@]} == 0)); then
        return
    fi
    is_root || can_sudo || die "installing packages needs root, and sudo is not usable here; as root run: apt-get install --no-install-recommends ${missing[*]}"

    say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
    # tshark asks whether ordinary users may capture; DEBIAN_FRONTEND makes it take its default, which is no.
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
    as_root "${apt[@]}" update || die "apt-get update failed: see its messages above"
    as_root "${apt[@]}" install -y --no-install-recommends "${missing[@]}" ||
        die "apt-get could not install ${missing[*]}: see its messages above"
}
