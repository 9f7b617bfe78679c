# SPDX-License-Identifier: GPL-2.0-or-later
# Stands in for OpenWrt's include/bpf.mk: the tools, without CompileBPF, which we do not use.

BPF_DEPENDS := @HAS_BPF_TOOLCHAIN +@NEED_BPF_TOOLCHAIN
BPF_TARGET := bpf$(if $(CONFIG_BIG_ENDIAN),eb,el)
CLANG := clang
LLVM_STRIP := llvm-strip
