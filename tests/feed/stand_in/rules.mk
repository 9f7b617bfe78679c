# SPDX-License-Identifier: GPL-2.0-or-later
# Stands in for OpenWrt's rules.mk: what our packages use of it, and no more.
# From the command line: BUILD_DIR, CONFIG_BIG_ENDIAN, STAGING_DIR, TARGET_CROSS,
# TARGET_OPTIMIZATION, TOPDIR.

INCLUDE_DIR := $(TOPDIR)/include
TOOLCHAIN_INC_DIRS := /usr/$(TARGET_CROSS:-=)/include /usr/include/$(TARGET_CROSS:-=) /usr/include

comma := ,
empty :=
space := $(empty) $(empty)

CP := cp -fpR
INSTALL_BIN := install -m0755
INSTALL_CONF := install -m0600
INSTALL_DATA := install -m0644
INSTALL_DIR := install -d -m0755

# What OpenWrt's usual configuration adds to the optimization.
TARGET_CFLAGS := $(TARGET_OPTIMIZATION) -fno-caller-saves -fno-plt -Wformat \
	-Werror=format-security -fstack-protector -D_FORTIFY_SOURCE=1 -Wl,-z,max-page-size=4096
TARGET_CPPFLAGS := -I$(STAGING_DIR)/usr/include
TARGET_LDFLAGS := -L$(STAGING_DIR)/usr/lib -znow -zrelro -zmax-page-size=4096
TARGET_CONFIGURE_OPTS = AR="$(TARGET_CROSS)gcc-ar" CC="$(TARGET_CROSS)gcc" \
	LD="$(TARGET_CROSS)ld" STRIP="$(TARGET_CROSS)strip"
