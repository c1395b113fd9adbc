from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config import load_config
from monitor.model.errors import ConfigError
from monitor.model.retention import Retention
from tests.config.samples import HEALTHY, KNOWN


def read(tmp_path: Path, section: str) -> Retention:
    settings = tmp_path / "sources.yaml"
    settings.write_text(f"{section}\n{HEALTHY}")
    return load_config(settings, {}, KNOWN).retention


@pytest.mark.parametrize(
    ("section", "unchanged", "unverified"),
    [
        ("contact: a@example.org", None, None),
        ("retention: {unchanged: 400d}", timedelta(days=400), None),
        ("retention: {unchanged: 'off', unverified: 26w}", None, timedelta(weeks=26)),
    ],
)
def test_what_is_not_named_is_kept_for_ever(
    tmp_path: Path, section: str, unchanged: timedelta | None, unverified: timedelta | None
) -> None:
    assert read(tmp_path, section) == Retention(unchanged=unchanged, unverified=unverified)


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ("unchanged: 7d", "too short; the least is 30d"),
        ("unverified: 5000d", "too long"),
        ("unchanged: a year", "is not a duration"),
        ("evidence: 30d", "evidence"),
    ],
)
def test_a_faulty_one_is_refused_with_its_line(tmp_path: Path, member: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, f"contact: a@example.org\nretention:\n  {member}")
    (problem,) = refused.value.problems
    assert (problem.line, said in str(problem)) == (3, True)
