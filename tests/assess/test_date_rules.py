"""dates.yaml: what a person may edit, and how faults in it are told."""

import pytest

from monitor.assess.date_cues import find_dated
from monitor.assess.rules import parse_rules
from monitor.model.errors import ConfigError
from tests.assess.samples import reference_files

FILE = "dates.yaml"


def edited(old: str, new: str) -> dict[str, str]:
    files = reference_files()
    assert old in files[FILE]
    return {**files, FILE: files[FILE].replace(old, new, 1)}


def test_a_word_that_is_added_is_a_cue_and_another_version() -> None:
    text = "the tariff springs to life january 4, 2027."
    shipped, own = parse_rules(reference_files()), parse_rules(edited("'phased? out'", "'springs to life'"))
    assert list(find_dated(text, shipped.dates)) == []
    assert [one.kind.value for one in find_dated(text, own.dates)] == ["retirement"]
    assert shipped.version != own.version
    assert "dates 4" in own.version


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("'phased? out'", "'phased? (out'", "no regular expression"),
        ("'phased? out'", "'phased?)(?:out'", "no regular expression"),
        ("'phased? out'", "'(?:phased?))(?:out'", "no regular expression"),
        ("'phased? out'", "'phased? (out)'", "write (?:...) for groups"),
        ("'phased? out'", "'" + "a" * 401 + "'", "longer than 400"),
        ("says: decision due", "says: decision dew", "no kind of date"),
        ("  release: [", "  relaese: [", "no kind of date"),
        ("says: ends", "ends: ends", "unknown key"),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, what: str) -> None:
    files = edited(old, new)
    with pytest.raises(ConfigError) as raised:
        parse_rules(files)
    line = next(n for n, each in enumerate(files[FILE].splitlines(), start=1) if new in each)
    told = [problem for problem in raised.value.problems if what in problem.what]
    assert [(problem.file, problem.line) for problem in told] == [(FILE, line)]
