"""Vetting a copy against its contract, and telling what differs between two believed copies. Pure: takes ``now``."""
