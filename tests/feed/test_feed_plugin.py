# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin and its programs, compiled for each processor."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from shroud import versions
from tests.testbed import images, toolchain

from . import musl, package
from .router import Router
from .targets import DEBIAN_PPPD, ORDERS, TARGETS, Target

MACHINES = {
    "aarch64_cortex-a53": ("ELF64", "AArch64"),
    "arm_cortex-a7": ("ELF32", "ARM"),
    "mipsel_24kc": ("ELF32", "MIPS R3000"),
    "mips_24kc": ("ELF32", "MIPS R3000"),
    "x86_64": ("ELF64", "Advanced Micro Devices X86-64"),
}
"""Class and machine, as readelf calls them."""
PLUGIN = f"{versions.PLUGINS}/{DEBIAN_PPPD}/shroud.so"
LOADERS = {
    "aarch64_cortex-a53": ("ld-linux-aarch64.so.1",),
    "arm_cortex-a7": ("ld-linux-armhf.so.3",),
    "mipsel_24kc": ("ld.so.1",),
    "mips_24kc": ("ld.so.1",),
    "x86_64": ("ld-linux-x86-64.so.2",),
}
"""Dynamic loaders, which define some of the C library's symbols."""
WEAK = {"_ITM_deregisterTMCloneTable", "_ITM_registerTMCloneTable", "__gmon_start__"}
"""What gcc asks for and does without."""
[X86] = [target for target in TARGETS if target.name == "x86_64"]
PROGRAMS = ("shroud_ingress", "shroud_egress")
DECOYS = "SHROUD_DATAPATH_DECOY_OBJECT"


@pytest.fixture(params=TARGETS, ids=lambda target: target.name)
def target(request: pytest.FixtureRequest) -> Target:
    """Each processor."""
    chosen: Target = request.param
    return chosen


@pytest.fixture
def plugin(target: Target) -> package.Built:
    """The package `ppp-mod-shroud` for it."""
    return package.build("ppp-mod-shroud", target)


@pytest.fixture
def decoys(target: Target) -> package.Built:
    """The package `ppp-mod-shroud-decoy` for it, or one of the same order of octets."""
    return package.build("ppp-mod-shroud-decoy", ORDERS[target.big_endian])


def test_lines_are_tried_again(tmp_path: Path) -> None:
    """When the plugin is back; the installation succeeds anyway."""
    script = package.build("ppp-mod-shroud", X86).scripts / "postinst"
    argv = ("/bin/sh", "-c", script.read_text(encoding="utf-8"))
    router = Router(tmp_path / "router")
    router.run(*argv)
    router.note("usr/sbin/shroud", code=1)
    router.run(*argv, IPKG_INSTROOT="/image")
    assert router.calls() == []
    router.run(*argv)
    assert router.calls() == ["shroud reload"]


def _told(output: str, name: str) -> str:
    """What readelf says behind a name."""
    found = re.search(rf"^ *{name}: *(.*)$", output, re.MULTILINE)
    assert found, output
    return found[1].strip()


def test_plugin_files(plugin: package.Built) -> None:
    assert plugin.modes() == {PLUGIN: 0o755, _object_path(): 0o644}
    assert [script.name for script in plugin.scripts.iterdir()] == ["postinst"]


def test_decoys_files(decoys: package.Built) -> None:
    assert decoys.modes() == {_object_path(DECOYS): 0o644}
    assert list(decoys.scripts.iterdir()) == []


def _object_path(constant: str = "SHROUD_DATAPATH_OBJECT") -> str:
    """Where the plugin looks for the programs by itself, packed."""
    header = (package.ROOT / "src/datapath/datapath.h").read_text(encoding="utf-8")
    found = re.search(rf'#define {constant} "(.*)"', header)
    assert found
    return f"{found[1]}.gz"


def test_plugin_compiles_without_warnings(plugin: package.Built) -> None:
    assert plugin.warnings == ()


def test_plugin_is_for_the_processor(plugin: package.Built, target: Target) -> None:
    relative = str((plugin.files / PLUGIN[1:]).relative_to(package.ROOT))
    header = package.inspect(target, "readelf", "-h", relative)
    assert (_told(header, "Class"), _told(header, "Machine")) == MACHINES[target.name]
    assert ("big" if target.big_endian else "little") in _told(header, "Data")
    assert "DYN" in _told(header, "Type")
    sections = package.inspect(target, "readelf", "-SW", relative)
    assert ".symtab" not in sections
    assert ".debug" not in sections


def test_plugin_shows_what_pppd_wants(plugin: package.Built, target: Target) -> None:
    assert _symbols(target, plugin.files / PLUGIN[1:], "--defined-only") == {
        *("plugin_init", "pppd_version"),
    }


def test_plugin_brings_its_libraries(plugin: package.Built, target: Target) -> None:
    relative = str((plugin.files / PLUGIN[1:]).relative_to(package.ROOT))
    dynamic = package.inspect(target, "readelf", "-d", relative)
    needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)) - set(LOADERS[target.name])
    assert needed == {*package.LIBRARIES.values(), "libc.so.6"}


def test_plugin_will_find_all_symbols(plugin: package.Built, target: Target) -> None:
    """They are in pppd, the libraries it links to and this processor's C library: nowhere else."""
    there = _pppd_and_libraries()
    for library in ("libc.so.6", *LOADERS[target.name]):
        path = toolchain.run([f"{target.cross}gcc", f"-print-file-name={library}"]).stdout.strip()
        there |= _symbols(target, Path(path), "--defined-only")
    wanted = _symbols(target, plugin.files / PLUGIN[1:], "--undefined-only")
    assert {"bpf_map_update_elem", "mbedtls_ecp_mul", "lcp_fsm"} <= wanted
    assert wanted - there - WEAK == set()


def test_plugin_goes_with_musl() -> None:
    """OpenWrt's C library lacks some of what glibc has, and has other headers."""
    wanted = _symbols(X86, musl.build(), "--undefined-only")
    there = _pppd_and_libraries() | _symbols(X86, musl.LIBRARY, "--defined-only")
    assert {"bpf_map_update_elem", "getsockname"} <= wanted
    assert wanted - there == set()


def test_objects_are_for_the_processor(
    plugin: package.Built, decoys: package.Built, target: Target
) -> None:
    _check_object(target, plugin.files / _object_path()[1:])
    _check_object(target, decoys.files / _object_path(DECOYS)[1:])


def _check_object(target: Target, packed: Path) -> None:
    relative = f"{package.BUILD}/{target.name}/{packed.stem}"
    (package.ROOT / relative).write_bytes(gzip.decompress(packed.read_bytes()))
    told = toolchain.run(["llvm-readelf", "-hSsW", relative]).stdout
    assert _told(told, "Machine") == "EM_BPF"
    assert ("big" if target.big_endian else "little") in _told(told, "Data")
    sections = set(re.findall(r"\] (\S+) ", told))
    assert {"tc", "license", ".maps", ".BTF"} <= sections
    assert not [name for name in sections if name.startswith(".debug")]
    assert [name for name in PROGRAMS if f" {name}\n" not in told] == []


def _symbols(target: Target, path: Path, which: str) -> set[str]:
    """Names of dynamic symbols; a path in the repository or in the build image."""
    where = path.relative_to(package.ROOT) if path.is_relative_to(package.ROOT) else path
    output = package.inspect(target, "nm", "-D", "--format=posix", which, str(where))
    return {line.split()[0].partition("@")[0] for line in output.splitlines()}


def _pppd_and_libraries() -> set[str]:
    """What they define, on x86-64: it is the same everywhere."""
    copy = package.ROOT / package.BUILD / "pppd"
    copy.write_bytes((images.guest_root() / "usr/sbin/pppd").read_bytes())
    found = _symbols(X86, copy, "--defined-only")
    for library in package.LIBRARIES:
        real = Path("/usr/lib/x86_64-linux-gnu", f"lib{library}.so")
        found |= _symbols(X86, real, "--defined-only")
    return found
