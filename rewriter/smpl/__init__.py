# SPDX-License-Identifier: GPL-2.0-or-later
"""The semantic patch language: text to rules."""
