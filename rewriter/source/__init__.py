# SPDX-License-Identifier: GPL-2.0-or-later
"""Bytes of C files: their text, the shadow the parser sees, and where files come from."""
