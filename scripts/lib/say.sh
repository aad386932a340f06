# What scripts tell the user: progress on stdout, reasons for stopping on stderr. Sourced.

say() { printf '%s\n' "$*"; }

heading() { printf '\n== %s\n' "$*"; }

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}
