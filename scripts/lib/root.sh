# Who runs us. Sourced after say.sh.

is_root() { [[ $EUID -eq 0 ]]; }

# True when sudo is there and works: without a password, or with a terminal to ask for one.
can_sudo() { command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [[ -t 0 ]]; }; }

# as_root COMMAND...: runs it as root, by sudo when need be.
as_root() {
    if is_root; then
        "$@"
    elif can_sudo; then
        sudo -- "$@"
    else
        die "this needs root, and sudo is not usable here: $*"
    fi
}

# become_root WHAT COMMAND...: goes on as root in COMMAND, which is the calling script itself; returns when root already.
become_root() {
    local what=$1
    shift
    if is_root; then return; fi
    can_sudo || die "$what needs root: run it as root, or as a user who may use sudo"
    exec sudo -- "$@"
}

# as_tree_owner COMMAND...: under sudo, builds as the owner of the tree, so that no file in it ends up owned by root.
as_tree_owner() {
    local place=$ROPEWALK_ROOT owner
    if [[ -e $place/build ]]; then place=$place/build; fi
    owner=$(stat -c %U "$place")
    if is_root && [[ $owner != root ]] && id "$owner" &>/dev/null; then
        runuser -u "$owner" -- "$@"
    else
        "$@"
    fi
}
