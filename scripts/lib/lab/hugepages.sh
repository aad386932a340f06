# Hugepages for the gateways: added for the lab, taken back with it. Sourced after say.sh and record.sh.

hugepage_setting=/proc/sys/vm/nr_hugepages

# reserve_hugepages MEBIBYTES: all of them, or none and a word that the gateways will use ordinary memory.
reserve_hugepages() {
    local page_kib wanted free before added
    page_kib=$(awk '/^Hugepagesize:/ { print $2 }' /proc/meminfo)
    if [[ -z $page_kib || ! -w $hugepage_setting ]]; then
        say "Hugepages: this kernel has none to give; the gateways use ordinary memory."
        return
    fi
    free=$(awk '/^HugePages_Free:/ { print $2 }' /proc/meminfo)
    wanted=$((($1 * 1024 + page_kib - 1) / page_kib - free))
    if ((wanted <= 0)); then
        say "Hugepages: $free free ones are enough."
        return
    fi
    before=$(<"$hugepage_setting")
    record hugepages "$wanted"
    echo $((before + wanted)) >"$hugepage_setting"
    added=$(($(<"$hugepage_setting") - before))
    if ((added < wanted)); then
        echo "$before" >"$hugepage_setting"
        rm -f "$lab_record/hugepages"
        say "Hugepages: the kernel found $added of $wanted pages of $page_kib KiB; the gateways use ordinary memory."
        return
    fi
    say "Hugepages: reserved $wanted of $page_kib KiB, given back at the end."
}

# Lowers by what was added, so that pages others reserved meanwhile stay.
return_hugepages() {
    local added left
    added=$(recorded hugepages)
    [[ -n $added ]] || return 0
    left=$(($(<"$hugepage_setting") - added))
    echo $((left > 0 ? left : 0)) >"$hugepage_setting"
    rm -f "$lab_record/hugepages"
}
