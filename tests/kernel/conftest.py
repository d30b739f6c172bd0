# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests over the real kernel tree: collected only where REWRITER_KERNEL says where it is."""

import os
from pathlib import Path

import pytest

collect_ignore_glob = [] if os.environ.get("REWRITER_KERNEL") else ["test_*.py"]


@pytest.fixture(scope="session")
def kernel() -> Path:
    return Path(os.environ["REWRITER_KERNEL"])
