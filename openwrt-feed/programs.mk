# SPDX-License-Identifier: GPL-2.0-or-later
# How a package of this feed gets the repository's sources, PKG_FILE_DEPENDS, and compiles
# BPF programs of them; comes after OpenWrt's package.mk and bpf.mk.
#
# CompileBPF makes a detour over 32-bit MIPS for most targets, where pointers
# on the stack are not aligned as the verifier wants them: docs/decisions.md.

PROGRAMS:=$(PKG_BUILD_DIR)/build/datapath
PROGRAMS_INCLUDES:=-I$(STAGING_DIR)/usr/include $(patsubst %,-isystem %,$(TOOLCHAIN_INC_DIRS))

define Build/Prepare
	mkdir -p $(PKG_BUILD_DIR)/src
	$(CP) $(PKG_FILE_DEPENDS) $(PKG_BUILD_DIR)/src/
	$(CP) $(REPOSITORY)/LICENSE $(PKG_BUILD_DIR)/
endef

define Build/Configure
endef

# $(1): file in PROGRAMS, an object or a packed one
define Build/Programs
	$(MAKE) -C $(PKG_BUILD_DIR)/src/datapath BUILD="$(PROGRAMS)" \
		CLANG="$(CLANG)" LLVM_STRIP="$(LLVM_STRIP)" BPF_TARGET="$(BPF_TARGET)" \
		BPF_INCLUDES="$(PROGRAMS_INCLUDES)" "$(PROGRAMS)/$(1)"
endef
