# SPDX-License-Identifier: GPL-2.0-or-later
"""Finding where a rule's body matches a control-flow graph."""
