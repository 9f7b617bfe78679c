# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-or-later
# The plugin at both ends of the PPPoE line.

SHROUD_KEY=/run/shroud.key SHROUD_STATUS=/run/shroud.json

# Adds to the options of both pppds. The key pair is made like any other.
shroud_both() {
    (umask 077 && wg genkey >"$SHROUD_KEY")
    shroud_end lns "shroud-key-file $SHROUD_KEY"
    shroud_end cpe "shroud-peer-key $(wg pubkey <"$SHROUD_KEY")" "shroud-status $SHROUD_STATUS"
}

shroud_end() { # role options
    role=$1
    shift
    printf '%s\n' "plugin /bench/shroud.so" "shroud require" "shroud-mode $COVER" \
        "shroud-role $role" "shroud-bpf-object /bench/shroud.bpf.o" \
        "shroud-decoy-object /bench/decoy.bpf.o" "$@" >>"/etc/ppp/$role"
}

shroud_counter() { # name
    sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$SHROUD_STATUS"
}

# What the CPE's programs did with each packet: proves that the mode is what it says. The plugin
# writes its status every 10 seconds, so a new file has counted all.
shroud_counters() {
    rm "$SHROUD_STATUS"
    await "the plugin publishing its counters" 30 test -s "$SHROUD_STATUS"
    for direction in tx rx; do
        echo "COUNTER ${direction}_$COUNTER $(shroud_counter "${direction}_$COUNTER")"
    done
}
