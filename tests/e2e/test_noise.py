"""Noise gives no Change and a real change gives one: the short form of ``benchmarks/noise.py``."""

import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["1", "2"])
def test_noise_tells_nobody_and_every_real_change_is_told_by_its_key_and_fields(seed: str) -> None:
    words = ["--noise", "180", "--http", "36", "--changes", "60", "--seed", seed]
    command = [sys.executable, "-m", "benchmarks.noise", *words]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=CHECKOUT)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "0 false changes" in ran.stdout
    assert "60 of 60 told" in ran.stdout
