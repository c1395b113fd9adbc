"""The image is made of what the wheel is made of, and only of that."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "packaging/Dockerfile").read_text()
COPIED = {path for line in DOCKERFILE.splitlines() if line.startswith("COPY ") for path in line.split()[1:-1]}


def test_whatever_the_wheel_carries_is_copied_to_where_it_is_built() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {*wheel["only-include"], *wheel["force-include"], "pyproject.toml", "requirements/run.txt"} <= COPIED


def test_nothing_else_goes_to_the_builder() -> None:
    first, *rest = (ROOT / "packaging/Dockerfile.dockerignore").read_text().split("*\n", 1)
    let_in = {line[1:] for line in rest[0].splitlines() if line.startswith("!")}
    assert first.startswith("#")
    from_here = {path for path in COPIED if not path.startswith(("/", "--"))}
    assert all(any(path == one or one.startswith(f"{path}/") for one in let_in) for path in from_here)
    assert all((ROOT / path).exists() for path in let_in)


def test_it_runs_as_nobody_in_particular() -> None:
    *_, last = DOCKERFILE.split("\nFROM ")
    assert "\nUSER 10001:10001\n" in last
    assert "--read-only" in DOCKERFILE
