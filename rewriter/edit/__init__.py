# SPDX-License-Identifier: GPL-2.0-or-later
"""Edits on the original bytes."""
