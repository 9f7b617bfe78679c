# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-or-later
# What an LNS's pppd has of memory for itself alone, on a line that is up. Prints a PPPD line.

set -eu

# shellcheck source=tests/bench/guest/await.sh
. /bench/await.sh
# shellcheck source=tests/bench/guest/topology.sh
. /bench/topology.sh
# shellcheck source=tests/bench/guest/line.sh
. /bench/line.sh
# shellcheck source=tests/bench/guest/shroud.sh
. /bench/shroud.sh

COVER=${COVER:?}

# The pppd that pppoe-server has started.
lns_pppd() {
    for status in /proc/[0-9]*/status; do
        grep -q '^Name:.pppd$' "$status" || continue
        parent=$(sed -n 's/^PPid:.//p' "$status")
        if grep -q pppoe-server "/proc/$parent/comm"; then
            echo "${status%/status}"
        fi
    done
}

while read -r module; do
    modprobe "$module"
done </bench/modules
topology
pppoe_up
[ "$COVER" = none ] || await "the line being covered" 30 grep -q '"covered"' "$SHROUD_STATUS"
sed -n 's/^Private_\(Clean\|Dirty\): *\([0-9]*\) kB$/PPPD \2/p' "$(lns_pppd)/smaps_rollup"
