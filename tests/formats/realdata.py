"""The recorded copies of real lists, which lie beside the checkout; tests are skipped where they are missing."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "../shared/data"


def real(name: str) -> bytes:
    """The bytes of a recorded copy, e.g. ``fda/2026-03_1430.csv``."""
    path = ROOT / name
    if not path.exists():
        pytest.skip(f"recorded data not found: {path}")
    return path.read_bytes()
