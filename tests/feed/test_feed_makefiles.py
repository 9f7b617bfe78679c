# SPDX-License-Identifier: GPL-2.0-or-later
"""What the packages' Makefiles say of them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.support.sources import tracked
from tests.testbed import toolchain

from . import package
from .targets import RELEASES, TARGETS

PACKAGES = package.names()
APK_VERSION = re.compile(r"\d+(\.\d+)*[a-z]?(_(alpha|beta|pre|rc|p)\d*)*-r\d+")
"""What apk takes for a version, which is less than what opkg takes."""
CALL = re.compile(r"call (Build/DefaultTargets|BuildPackage|KernelPackage)")
"""By this `scripts/feeds` knows a package's Makefile, down to five folders deep."""
DEPTH = 5


@pytest.mark.parametrize("name", PACKAGES)
def test_description_is_complete(name: str) -> None:
    said = package.describe(name)
    assert said["Package"] == name
    assert said["Section"] == "net"
    assert said["Category"] == "Network"
    assert said["License"] == "GPL-2.0-or-later"
    assert said["Maintainer"]
    assert 10 < len(said["Title"]) <= 60
    assert len(said["Description"]) > len(said["Title"])
    assert all(len(line) <= 80 for line in said["Description"].split("|"))


@pytest.mark.parametrize("name", PACKAGES)
def test_version_suits_both_managers(name: str) -> None:
    assert APK_VERSION.fullmatch(package.describe(name)["Version"])


@pytest.mark.parametrize("name", PACKAGES)
def test_version_is_the_projects(name: str) -> None:
    project = tomllib.loads((package.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    agent = (package.ROOT / "src/agent/shroud/__init__.py").read_text(encoding="utf-8")
    version = package.describe(name)["Version"].partition("-r")[0]
    assert version == project["project"]["version"]
    assert f'VERSION = "{version}"' in agent


@pytest.mark.parametrize("name", PACKAGES)
def test_sources_are_the_repositorys(name: str) -> None:
    for folder in package.describe(name)["File-Depends"].split():
        inside = Path(folder.removeprefix("/src/"))
        assert (package.ROOT / inside).is_dir(), folder
    assert (package.ROOT / package.describe(name)["License-Files"]).is_file()


def test_plugin_depends() -> None:
    said = package.describe("ppp-mod-shroud")
    assert said["Depends"].split() == [
        "@(PACKAGE_ppp||PACKAGE_ppp-multilink)",
        *("+ppp-mod-pppoe", "+libbpf", "+libmbedtls", "+zlib"),
        *("@HAS_BPF_TOOLCHAIN", "+@NEED_BPF_TOOLCHAIN"),
    ]
    assert said["Build-Depends"] == "ppp"
    assert said["Architecture"] == ""  # the target's


def test_decoys_depend_on_their_plugin() -> None:
    """The plugin loads programs of its own make only; both are built of the same sources."""
    said, plugin = package.describe("ppp-mod-shroud-decoy"), package.describe("ppp-mod-shroud")
    assert said["Depends"].split() == [
        *("+ppp-mod-shroud", "@HAS_BPF_TOOLCHAIN", "+@NEED_BPF_TOOLCHAIN"),
    ]
    assert said["Extra-Depends"] == f"ppp-mod-shroud (={plugin['Version']})"
    assert said["Build-Depends"] == "libbpf"
    assert said["Architecture"] == ""  # the target's


def test_agent_depends() -> None:
    said = package.describe("shroud")
    assert said["Depends"].split() == ["+ppp-mod-shroud", "+micropython", "+rpcd"]
    assert said["Architecture"] == "all"


@pytest.mark.parametrize(
    ("version", "next_one"),
    [*((release.pppd, "") for release in RELEASES), ("2.5.9", "2.5.10"), ("2.6.0", "2.6.1")],
)
def test_plugin_is_bound_to_pppd(version: str, next_one: str) -> None:
    staging = package.ROOT / package.BUILD / "headers" / version
    header = staging / "usr/include/pppd/pppdconf.h"
    header.parent.mkdir(parents=True, exist_ok=True)
    header.write_text(f'/* The pppd version */\n#define PPPD_VERSION "{version}"\n')
    where = f"STAGING_DIR=/src/{staging.relative_to(package.ROOT)}"
    major, minor, patch = version.split(".")
    end = next_one or f"{major}.{minor}.{int(patch) + 1}"
    assert package.describe("ppp-mod-shroud", where)["Extra-Depends"] == (
        f"ppp-mod-pppoe (>={version}), ppp-mod-pppoe (<{end})"
    )


def test_plugin_without_pppd() -> None:
    """Listing a feed must work before anything is built; building must not."""
    assert package.describe("ppp-mod-shroud", "STAGING_DIR=/none")["Extra-Depends"] == ""
    with pytest.raises(toolchain.BuildError, match=r"no version of pppd in /none/usr/include"):
        toolchain.run(
            [
                *("make", f"TOPDIR={package.STAND_IN}", "STAGING_DIR=/none"),
                *(f"BUILD_DIR=/src/{package.BUILD}/none", "compile"),
            ],
            cwd=f"{package.FEED}/ppp-mod-shroud",
        )


def test_feed_is_found() -> None:
    """`scripts/feeds` looks for Makefiles in the whole repository, which is the feed."""
    found = {
        path.parent.name
        for path in tracked()
        if path.name == "Makefile"
        and len(path.parts) <= DEPTH
        and CALL.search((package.ROOT / path).read_text(encoding="utf-8"))
    }
    assert found >= set(PACKAGES)
    assert {name for name in found if not name.startswith("luci-")} == set(PACKAGES)


@pytest.mark.parametrize("name", PACKAGES)
@pytest.mark.parametrize("script", ["test.sh", "test-version.sh"])
def test_tests_of_openwrts_ci(name: str, script: str) -> None:
    """openwrt/packages runs them with the package's name and version, under busybox."""
    path = package.ROOT / package.FEED / name / script
    assert path.stat().st_mode & 0o777 == 0o755
    toolchain.run(["busybox", "ash", "-n", f"{package.FEED}/{name}/{script}"])
    foreign = ["busybox", "env", "PKG_NAME=other", "busybox", "ash", script, "other", "1.0"]
    done = toolchain.run(foreign, cwd=f"{package.FEED}/{name}", check=False)
    assert (done.returncode, done.stderr) == (
        (0, "") if script == "test.sh" else (1, "Untested package: other\n")
    )


def test_no_target_is_missing() -> None:
    """The workflows and the README name the same processors."""
    assert len({target.name for target in TARGETS}) == len(TARGETS)
    for path in ("README.md", ".github/workflows/packages.yml"):
        text = (package.ROOT / path).read_text(encoding="utf-8")
        assert [target.name for target in TARGETS if target.name not in text] == []
