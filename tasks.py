# SPDX-License-Identifier: GPL-2.0-or-later
"""What ./inv can do. One verb each; the work is done by the modules that they call."""

import signal

from invoke import Collection, Context, task

from tests.support import needs
from tests.support.runner import need, remove, run, run_as_root


@task
def lint(_: Context) -> None:
    """Check style, types and house rules of every source file."""
    need("lint", needs.LINT + needs.node())
    run_as_root("lint", "tests.support.lint")


@task
def build(_: Context) -> None:
    """Build the C parts for the test machines."""
    need("build", needs.TOOLCHAIN)
    run_as_root("build", "tests.support.build")


@task(
    pre=[lint, build],
    help={
        "k": "only tests whose names match this pytest expression, one by one",
        "fast": "no slow tests",
        "workers": "how many tests run at a time; else one for each processor",
    },
)
def test(_: Context, k: str = "", fast: bool = False, workers: str = "") -> None:
    """Run every linter, build all, run every test."""
    need("test", needs.OBSERVE + needs.HWTEST + needs.CHROMIUM + needs.node())
    choice = (["-k", k] if k else []) + (["-m", "not slow"] if fast else [])
    how = ["-v"] if k and not workers else ["-n", workers or "auto"]
    run_as_root("test", "pytest", *how, *choice)


@task(name="feed-check", help={"pppd": "a folder of VERSION/pppd with headers of other pppds"})
def feed_check(_: Context, pppd: str = "") -> None:
    """Check the OpenWrt packages without OpenWrt's SDK; show how much flash they take."""
    need("feed-check", needs.LINT)
    run_as_root("feed-check", "pytest", "-q", "tests/feed")
    run_as_root("feed-check", "tests.feed", *([pppd] if pppd else []))


@task
def demo(_: Context) -> None:
    """Show what the carrier of a line records without pppshroud, and what with it."""
    need("demo", needs.OBSERVE + needs.TESTBED)
    run_as_root("demo", "tests.demo")


@task
def dpi(_: Context) -> None:
    """Show what deep packet inspection finds in each use case, off and covered."""
    need("dpi", needs.OBSERVE + needs.TESTBED)
    run_as_root("dpi", "tests.dpi")


@task
def bench(_: Context) -> None:
    """Count a router's instructions per packet; time how fast a line comes up, and its agent."""
    need("bench", needs.TESTBED)
    run_as_root("bench", "tests.bench")
    run_as_root("bench", "tests.bench.lns")
    run_as_root("bench", "tests.bench.dial")
    run_as_root("bench", "tests.bench.redial")
    run_as_root("bench", "tests.bench.agent")


@task(
    help={
        "target": "name or path of a board's YAML, see hwtest/targets; the virtual one if none",
        "soak": "minutes, instead of the board's own",
        "packages": "folder of the packages to install; the virtual board's are made",
        "images": "folder of the images that the YAML names; the virtual board's are made",
        "output": "folder of all artefacts, instead of build/hwtest/TARGET",
    }
)
def hwtest(
    _: Context,
    target: str = "qemu-arm64",
    soak: str = "",
    packages: str = "",
    images: str = "",
    output: str = "",
) -> None:
    """Flash a board, run all of the product on it, and report; 1: product fault, 2: rig fault."""
    need("hwtest", needs.HWTEST)
    given = {"soak": soak, "packages": packages, "images": images, "output": output}
    options = [word for name, value in given.items() if value for word in (f"--{name}", value)]
    run_as_root("hwtest", "hwtest", "--target", target, *options)


@task(
    name="hwtest-compare",
    help={
        "first": "report.json, or its folder",
        "second": "the same of the run to compare with it",
    },
)
def hwtest_compare(_: Context, first: str, second: str) -> None:
    """Set two reports of hwtest side by side."""
    run("hwtest", "compare", first, second)


@task
def luci(_: Context) -> None:
    """Serve the LuCI page on loopback, over a router on a line of the test network."""
    need("luci", needs.TESTBED)
    # Ctrl+C is for the server, which then says what the carrier saw.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    run_as_root("luci", "tests.luci")


@task(help={"seconds": "how long each of the C fuzzers runs; the Python parsers get as long"})
def fuzz(_: Context, seconds: int = 600) -> None:
    """Fuzz every parser of what comes off the wire, for long."""
    need("fuzz", needs.TOOLCHAIN)
    run_as_root("fuzz", "tests.support.fuzz", str(seconds))


@task(
    help={
        "packets": "how many at least",
        "seed": "what they are made from; the same ones again",
        "share": "of them that the reference is asked about, which takes milliseconds each",
    }
)
def roundtrip(_: Context, packets: int = 1_000_000, seed: int = 1, share: float = 0.01) -> None:
    """Compare reference, C in a process and BPF in this machine's kernel on a million packets."""
    need("roundtrip", needs.ROUNDTRIP)
    options = ["--packets", str(packets), "--seed", str(seed), "--share", str(share)]
    run_as_root("roundtrip", "tests.roundtrip", *options)


@task
def vectors(_: Context) -> None:
    """Make docs/vectors/*.json anew from the reference implementation."""
    run("pppshroud.vectors", "docs/vectors")


@task
def clean(_: Context) -> None:
    """Remove everything that was built (build/)."""
    remove("build")


namespace = Collection(
    lint,
    build,
    test,
    feed_check,
    demo,
    dpi,
    bench,
    hwtest,
    hwtest_compare,
    luci,
    fuzz,
    roundtrip,
    vectors,
    clean,
)
