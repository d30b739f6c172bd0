# SPDX-License-Identifier: GPL-2.0-or-later
"""Semantic patches for kernel C: find code by its control flow, rewrite it losslessly."""

__version__ = "0.1.0"
