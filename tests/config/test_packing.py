"""What a stranger installs: a wheel that finds what it ships, and requirements that pin all and name no index."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
LOCKS = ("run.txt", "dev.txt")


def pinned(lock: str) -> dict[str, str]:
    text = (CHECKOUT / "requirements" / lock).read_text()
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


def test_the_wheel_finds_what_it_ships_outside_the_checkout(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=CHECKOUT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "installed")
    program = (
        "from pathlib import Path; from monitor.config import read_reference, read_templates, shipped;"
        "print(shipped('sources.yaml'), shipped('data/demo'), sep='\\n');"
        "assert 'digest.html' in read_templates();"
        "assert shipped('schemas/event.json').is_file(); assert 'terms.yaml' in read_reference(Path('nowhere'))"
    )
    path = {"PYTHONPATH": str(tmp_path / "installed")}
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=path, check=True, capture_output=True, text=True
    )
    shipped = tmp_path / "installed" / "monitor" / "_shipped"
    assert run.stdout.splitlines() == [str(shipped / "sources.yaml"), str(shipped / "data" / "demo")]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index_and_hashes_every_file(lock: str) -> None:
    text = (CHECKOUT / "requirements" / lock).read_text()
    assert not re.search(r"://|index|find-links|/", text)
    blocks = [block for block in re.split(r"\n(?=[a-z])", text) if block.strip()]
    assert all("--hash=sha256:" in block for block in blocks)


def test_both_locks_agree() -> None:
    run, dev = map(pinned, LOCKS)
    assert run.items() <= dev.items()


def test_every_dependency_is_in_the_lock() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    names = (re.split(r"[^A-Za-z0-9._-]", line)[0] for line in project["project"]["dependencies"])
    assert {re.sub(r"[-_.]+", "-", name).lower() for name in names} <= pinned("run.txt").keys()
