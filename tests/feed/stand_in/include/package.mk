# SPDX-License-Identifier: GPL-2.0-or-later
# Stands in for OpenWrt's include/package.mk. Targets:
#   dump      the package's description, as JSON would have it but for the quotes
#   compile   Build/Prepare, Build/Configure, Build/Compile
#   install   compile, then the package's files under FILES, its scripts under SCRIPTS

PKG_BUILD_DIR ?= $(BUILD_DIR)/$(PKG_NAME)-$(PKG_VERSION)
VERSION := $(PKG_VERSION)-r$(PKG_RELEASE)

unknown_flags := $(filter-out no-mips16 gc-sections no-gc-sections lto no-lto,$(PKG_BUILD_FLAGS))
$(if $(unknown_flags),$(error unknown PKG_BUILD_FLAGS: $(unknown_flags)))
ifneq ($(filter gc-sections,$(PKG_BUILD_FLAGS)),)
TARGET_CFLAGS += -ffunction-sections -fdata-sections
TARGET_LDFLAGS += -Wl,--gc-sections
endif
ifneq ($(filter lto,$(PKG_BUILD_FLAGS)),)
TARGET_CFLAGS += -flto=auto -fno-fat-lto-objects
TARGET_LDFLAGS += -flto=auto -fuse-linker-plugin
endif

MAKE_PATH ?= .
MAKE_VARS = CFLAGS="$(TARGET_CFLAGS) $(TARGET_CPPFLAGS)" LDFLAGS="$(TARGET_LDFLAGS)"
MAKE_FLAGS = $(TARGET_CONFIGURE_OPTS) CROSS="$(TARGET_CROSS)"

define Build/Compile/Default
	+$(MAKE_VARS) $(MAKE) -C $(PKG_BUILD_DIR)/$(MAKE_PATH) $(MAKE_FLAGS) $(1)
endef

define newline


endef
lines = $(subst $(newline),|,$(1))
# Written as OpenWrt does it: through the environment, so that the shell changes nothing.
define Script
$(if $(Package/$(1)/$(2)),printf '%s\n' "$$$$$(2)" > $(SCRIPTS)/$(2))
endef
SCRIPT_NAMES := conffiles preinst postinst prerm postrm

define BuildPackage
$(eval $(Package/$(1)))
$(foreach field,TITLE CATEGORY SECTION,$(if $($(field)),,$(error Package/$(1) has no $(field))))
$(foreach name,$(SCRIPT_NAMES),$(eval export $(name) := $$(Package/$(1)/$(name))))

dump:
	$$(info Package=$(1))
	$$(info Version=$(VERSION))
	$$(info Architecture=$(PKGARCH))
	$$(info Section=$(SECTION))
	$$(info Category=$(CATEGORY))
	$$(info Title=$(TITLE))
	$$(info Depends=$(DEPENDS))
	$$(info Extra-Depends=$(EXTRA_DEPENDS))
	$$(info Build-Depends=$(PKG_BUILD_DEPENDS))
	$$(info License=$(PKG_LICENSE))
	$$(info License-Files=$(PKG_LICENSE_FILES))
	$$(info Maintainer=$(PKG_MAINTAINER))
	$$(info File-Depends=$(PKG_FILE_DEPENDS))
	$$(info Description=$$(call lines,$$(Package/$(1)/description)))
	@:

compile:
	$(Build/Prepare)
	$(Build/Configure)
	$(Build/Compile)

install: compile
	rm -rf $(FILES) $(SCRIPTS)
	mkdir -p $(FILES) $(SCRIPTS)
	$(call Package/$(1)/install,$(FILES))
$(foreach name,$(SCRIPT_NAMES),$(newline)	$(call Script,$(1),$(name)))
endef
.PHONY: dump compile install
