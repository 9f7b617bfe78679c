# SPDX-License-Identifier: GPL-2.0-or-later
"""Build the plugin and the data path for the test machines."""

import sys

from tests.testbed import product, toolchain
from tests.testbed.errors import TestbedError


def main() -> int:
    """Build what has changed; return the exit status."""
    try:
        product.build()
    except (TestbedError, toolchain.BuildError) as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    print(f"built {product.FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
