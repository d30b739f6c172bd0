# SPDX-License-Identifier: GPL-2.0-or-later
"""The syntax tree of kernel C: our own nodes over the original bytes."""
