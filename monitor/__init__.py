"""CMAA Monitor: proof that the public pages which decide on AI-only billing were watched, and what they said."""

__version__ = "0.1.0"
