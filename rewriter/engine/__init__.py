# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules in order on one file; many files in processes."""
