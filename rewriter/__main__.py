# SPDX-License-Identifier: GPL-2.0-or-later
"""``python -m rewriter`` is the ``rewriter`` command."""

from rewriter.cli.app import main

if __name__ == "__main__":
    main()
