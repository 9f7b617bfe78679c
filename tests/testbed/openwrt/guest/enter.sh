#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Process 1 of the router's namespaces: lays its file system and goes on as procd. Arguments: the
# folder of its flash memory (upper/ and work/), and the id of this boot. What is in memory, /tmp
# with /var/run in it, /dev and the BPF file system, is new each time.
set -eu
flash=$1 boot_id=$2
root=$flash/root
mkdir -p "$flash/upper" "$flash/work" "$root"
mount -t overlay -o "lowerdir=/,upperdir=$flash/upper,workdir=$flash/work" router "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t bpf bpf "$root/sys/fs/bpf"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
mkdir -p "$root/tmp/run" "$root/tmp/log" "$root/tmp/run/pppd" "$root/tmp/lock"
mount --bind "$root/tmp/run" "$root/run"
mount --rbind /shared "$root/shared"
echo "$boot_id" >"$root/tmp/.boot_id"
mount --bind "$root/tmp/.boot_id" "$root/proc/sys/kernel/random/boot_id"
mount -t tmpfs dev "$root/dev"
for device in null zero full random urandom tty ppp; do
	touch "$root/dev/$device"
	mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir -p "$root/dev/pts" "$root/dev/shm"
mount -t devpts devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
cd "$root"
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
	PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/usr/lib/testbed \
	chroot . python3 -S -u -m guest.procd
