# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-or-later

# Waits for a command to succeed: what it does, seconds, command.
await() {
    await_what=$1 await_left=$(($2 * 20))
    shift 2
    until "$@" >/dev/null 2>&1; do
        await_left=$((await_left - 1))
        if [ "$await_left" -le 0 ]; then
            echo "bench: $await_what did not happen"
            tail -n 30 /tmp/*.log
            return 1
        fi
        sleep 0.05
    done
}
