"""Where a diary is kept on a machine."""
