import json
import zlib

import pytest

from monitor.assess.folding import fold
from monitor.assess.rules import FILES, kept_form, parse_rules
from monitor.model.assessment import Level
from monitor.model.errors import ConfigError
from tests.assess.samples import SHARED, reference_files, shipped_rules


def problems_of(name: str, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse_rules({**reference_files(), name: text})
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_files_are_sound_and_named_in_the_version() -> None:
    version = shipped_rules().version
    assert all(name.removesuffix(".yaml") in version for name in FILES)


def test_any_edit_or_watched_code_makes_another_version() -> None:
    files = reference_files()
    edited = {**files, "terms.yaml": files["terms.yaml"] + "# edited\n"}
    versions = {
        parse_rules(files).version,
        parse_rules(edited).version,
        parse_rules(files, watch_codes=["0001T"]).version,
    }
    assert len(versions) == 3


def test_the_watch_list_holds_every_code_of_the_handbook() -> None:
    listed = SHARED / "ama" / "watchlist.json"
    if not listed.is_file():
        pytest.skip(f"watch list not found: {listed}")
    names = [row["code"] for row in json.loads(listed.read_text(encoding="utf-8"))]
    ends = [end for name in names for end in name.replace(" and ####M", "").replace("/", "-").split("-")]
    assert [code for code in ends if code not in shipped_rules().codes] == []


def test_every_fault_is_listed_with_its_file_and_line() -> None:
    files = reference_files()
    bad_terms = (
        files["terms.yaml"].replace("strength: strong", "strength: huge", 1).replace("near: [cpt", "near: [cptt", 1)
    )
    bad_codes = files["codes.yaml"].replace("weight: high", "weight: enormous", 1)
    with pytest.raises(ConfigError) as caught:
        parse_rules({**files, "conf/terms.yaml": bad_terms, "codes.yaml": bad_codes, "terms.yaml": bad_terms})
    told = [(problem.file, problem.line > 1) for problem in caught.value.problems]
    assert ("codes.yaml", True) in told
    assert len(told) >= 3
    assert any("write strong, medium or weak" in problem.what for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("codes.yaml", "version: 1\ncodes: [", "codes.yaml:3:1: (file): this is not YAML"),
        ("codes.yaml", "codes: []", "'version' is missing"),
        (
            "codes.yaml",
            "version: 1\ncodes:\n  - {code: 1234T, what: x, category: III, weight: low, colour: red}",
            "unknown key",
        ),
        ("codes.yaml", "version: 1\ncodes:\n  - {code: 1234T, what: x, category: III}", "'weight' is missing"),
        ("codes.yaml", "version: 1\ncodes:\n  - just a text", "must be a mapping"),
        ("codes.yaml", "", "'version' is missing"),
        (
            "devices.yaml",
            "version: 1\nfamilies:\n  - {id: a, names: ['a*'], level: low, says: x}",
            "letters before the *",
        ),
        ("documents.yaml", "version: 1\ndocuments:\n  - {numbers: 'L1 L1', about: x, level: low}", "listed twice"),
        ("terms.yaml", "version: 1\nversion: 2", "written twice"),
        (
            "terms.yaml",
            "version: 1\nterms:\n  - {id: a, words: ['no <clinicin>'], strength: weak, says: x}",
            "terms.yaml:3:5: terms[0]: 'no <clinicin>': there is no word list 'clinicin'",
        ),
    ],
)
def test_a_fault_says_where_and_what_to_do(name: str, text: str, expected: str) -> None:
    assert any(expected in problem for problem in problems_of(name, text))


def test_a_missing_file_is_named() -> None:
    files = reference_files()
    del files["ladders.yaml"]
    with pytest.raises(ConfigError, match=r"ladders\.yaml.*missing"):
        parse_rules(files)


def test_a_watched_code_nobody_described_is_medium() -> None:
    rules = parse_rules(reference_files(), watch_codes=["0999t", "0751T", "92229"])
    assert (rules.codes["0999T"].level, rules.codes["0751T"].level) == (Level.MEDIUM, Level.MEDIUM)
    assert rules.codes["92229"].level is Level.HIGH


def test_a_watched_product_code_is_at_least_medium() -> None:
    rules = parse_rules(reference_files(), watch_product_codes=["QAS", "PIB", "ZZZ"])
    assert [rules.device_types[code].level for code in ("QAS", "PIB", "ZZZ")] == [
        Level.MEDIUM,
        Level.HIGH,
        Level.MEDIUM,
    ]


def test_a_watched_term_without_a_word_is_refused_by_its_place_in_the_settings() -> None:
    with pytest.raises(ConfigError, match=r"watch\.terms\[1\]"):
        parse_rules(reference_files(), watch_terms=["Contour Prot\u00e9g\u00e9AI+", "(*)"])


def test_files_known_to_be_sound_are_read_the_same_without_being_examined_again() -> None:
    files = reference_files()
    again = parse_rules(files, watch_terms=["DEMO+"], form=kept_form(files))
    at_first = parse_rules(files, watch_terms=["DEMO+"])
    same = ("version", "dates", "terms", "guards", "codes", "device_types", "documents", "ladders", "aliases", "floors")
    assert [name for name in same if getattr(again, name) != getattr(at_first, name)] == []
    text = "Medicare covers autonomous AI analysis, CPT 92229, without physician work (DEMO+)."
    assert again.telling.find(fold(text)) == at_first.telling.find(fold(text)) != {}


@pytest.mark.parametrize("form", [b"", b"no such thing", zlib.compress(b"\x80"), zlib.compress(b"\x81\xa1a\x80")])
def test_a_form_that_does_not_serve_is_passed_over(form: bytes) -> None:
    assert parse_rules(reference_files(), form=form).terms == shipped_rules().terms


def test_a_fault_of_the_watch_list_is_named_whatever_form_the_files_are_kept_in() -> None:
    files = reference_files()
    with pytest.raises(ConfigError, match=r"watch\.terms\[0\]"):
        parse_rules(files, watch_terms=["(*)"], form=kept_form(files))
