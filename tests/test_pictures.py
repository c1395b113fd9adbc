"""The pictures of the mail: their command says what it lacks, and what is kept is what it makes."""

import os
import subprocess
import sys
from pathlib import Path

from PIL import Image

DOCS = Path(__file__).parents[1] / "docs"


def test_without_a_browser_the_command_says_so_and_makes_nothing(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, str(DOCS / "pictures.py"), str(tmp_path / "made")],
        env={**os.environ, "PATH": str(tmp_path)},  # noqa: TID251
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, "No Chromium was found" in ended.stdout) == (2, True)
    assert not (tmp_path / "made").exists()


def test_the_kept_pictures_are_three_forms_in_two_widths_and_two_schemes() -> None:
    kept = sorted((DOCS / "pictures").glob("*.png"))
    assert len(kept) == 3 * 2 * 2
    assert sum(path.stat().st_size for path in kept) < 1_500_000
    for path in kept:
        _, _, width, scheme = path.stem.split("-")
        with Image.open(path) as picture:
            ground = picture.convert("L").resize((1, 1)).tobytes()[0]
            assert (str(picture.width), "dark" if ground < 96 else "light") == (width, scheme)
