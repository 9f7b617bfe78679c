# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-or-later
# The plugin at both ends of the PPPoE line.

SHROUD_KEY=/run/shroud.key SHROUD_STATUS=/run/shroud.json

# Adds to the options of both pppds. The key pair is made like any other.
head_options() {
    (umask 077 && wg genkey >"$SHROUD_KEY")
    shroud_options lns "shroud-key-file $SHROUD_KEY"
    shroud_options cpe "shroud-peer-key $(wg pubkey <"$SHROUD_KEY")" "shroud-status $SHROUD_STATUS"
}

shroud_options() { # role options
    role=$1
    shift
    printf '%s\n' "plugin /bench/shroud.so" "shroud require" "shroud-role $role" \
        "shroud-bpf-object /bench/shroud.bpf.o" "$@" >>"/etc/ppp/$role"
}

shroud_counter() { # name
    sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$SHROUD_STATUS"
}

counted_all() {
    [ "$(shroud_counter rx_block)" -ge "$1" ]
}

# What the CPE's programs did with each packet: proves that the mode is what it says.
head_counters() { # packets that were measured in each direction
    await "the plugin publishing its counters" 90 counted_all "$1"
    for counter in tx_block tx_whole rx_block rx_whole; do
        echo "COUNTER $counter $(shroud_counter "$counter")"
    done
}
