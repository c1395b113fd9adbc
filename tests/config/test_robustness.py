"""Whatever the bytes: settings, or a ConfigError; and a thousand entries load while a person would not notice."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.config import load_config
from monitor.model.errors import ConfigError
from tests.config.samples import FULL, KNOWN, load


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("settings")


def survives(folder: Path, text: bytes) -> None:
    try:
        load(folder, text)
    except ConfigError as error:
        problems = error.problems
    else:
        return
    assert problems
    assert all(p.line >= 1 and p.column >= 1 and p.what for p in problems)
    assert list(problems) == sorted(problems, key=lambda p: (p.line, p.column))


QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_settings_or_a_list_of_faults(folder: Path, text: bytes) -> None:
    survives(folder, text)


@QUICK
@given(st.integers(0, len(FULL)), st.integers(0, 30), st.text("[]{}:-&*!|>'\"%@`#,\n\t 01no~", max_size=8))
def test_a_healthy_file_with_a_wound_is_settings_or_a_list_of_faults(
    folder: Path, at: int, cut: int, wound: str
) -> None:
    survives(folder, (FULL[:at] + wound + FULL[at + cut :]).encode())


def test_a_file_of_nothing_but_faults_ends_soon(folder: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(folder, "version: 1\n" + "".join(f"member{n}: x\n" for n in range(50_000)))
    assert len(caught.value.problems) == 1_001


def test_a_thousand_entries_load_at_once(folder: Path) -> None:
    entry = "  - id: page-{n}\n    kind: prose\n    url: https://www.example.org/{n}\n    every: 6h\n    name: P\n"
    lines = [entry.replace("{n}", str(n)) + "    authority: CMS\n" for n in range(1_000)]
    path = folder / "thousand.yaml"
    path.write_text("version: 1\nsources:\n" + "".join(lines))
    started = time.process_time()
    assert len(load_config(path, {}, KNOWN).sources) == 1_000
    # Under 0.1 s on a busy machine; the bound only catches work that grows with the square of the entries.
    assert time.process_time() - started < 2
