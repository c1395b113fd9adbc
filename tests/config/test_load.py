"""A file is read whole: its values arrive typed, and every fault is named with its line and column."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from monitor.config import FetchSettings, WatchLists, load_config
from monitor.model.assessment import Level, Tier
from monitor.model.delivery import Interest, Rhythm, Subscriber
from monitor.model.errors import ConfigError
from monitor.model.source import Contract, Kind, Reading, Route
from tests.config.samples import FULL, HEALTHY, KNOWN, OWN, fault, faults, load, official


def test_every_member_arrives_typed(tmp_path: Path) -> None:
    config = load(tmp_path, FULL)
    assert config.time_zone.key == "America/Chicago"
    assert config.database == tmp_path / "state/watch.db"
    assert (config.contact, config.link_base) == ("compliance@example.org", "https://cmaa.example.org")
    assert config.digest == Rhythm(weekday=4, at=time(16, 30), zone="America/Chicago")
    assert config.fetch == FetchSettings(
        pace_s=0.0,
        deadline_s=90.0,
        workers=2,
        max_body_bytes=8_000_000,
        confirm_removal_after=timedelta(hours=2),
        full_get_every=timedelta(weeks=1),
        retries=0,
        allow_nets=("127.0.0.0/8", "10.1.0.0/16"),
    )
    assert config.origins == {"www.fda.gov": "http://127.0.0.1:8080/fda"}
    assert config.watch == WatchLists(
        codes=("00100", "92229", "0764T"),
        product_codes=("PIB",),
        terms=("clinically meaningful algorithmic",),
        devices=("Example Device",),
    )


def test_subscribers_carry_the_name_of_their_secret_and_an_absolute_path(tmp_path: Path) -> None:
    desk, record = load(tmp_path, FULL).subscribers
    assert desk == Subscriber(
        id="desk",
        channel="webhook",
        address="https://hooks.example.org/cmaa",
        secret_names=("CMAA_HOOK_SECRET",),
        interests=(Interest(tiers=(Tier.ACT, Tier.REVIEW), sources=("fda.*",)),),
        zone="America/Chicago",
    )
    assert record == Subscriber(
        id="record", channel="file", address=str(tmp_path / "out/alerts"), zone="America/Chicago"
    )


def test_an_official_list_keeps_what_the_file_does_not_say(tmp_path: Path) -> None:
    devices, _ = load(tmp_path, FULL).sources
    standard = official("fda.ai-devices")
    assert (devices.name, devices.reading, devices.extractor) == (standard.name, standard.reading, standard.extractor)
    assert (devices.every, devices.floor) == (timedelta(hours=12), Level.MEDIUM)
    assert devices.routes == (
        Route(url="http://www.fda.gov/media/1"),
        Route(url="https://www.fda.gov/list", link_text="Download a CSV"),
    )
    assert devices.contract == Contract(
        min_items=900, max_shrink=0.05, sentinels=("K123456",), columns=("Submission Number",)
    )


def test_a_page_of_ones_own_needs_no_code(tmp_path: Path) -> None:
    _, page = load(tmp_path, FULL).sources
    assert (page.kind, page.extractor, page.every) == (Kind.JSON, "json", timedelta(weeks=2))
    assert page.reading == Reading(rows="data.items", key=("id", "version"), where=(("type", "AI"),), link_field="url")
    assert page.why == "Payers follow the code."


def test_a_minimal_file_has_sensible_settings(tmp_path: Path) -> None:
    config = load(tmp_path, HEALTHY)
    assert config.sources == (official("fda.ai-devices"),)
    assert config.fetch == FetchSettings()
    assert config.digest == Rhythm(weekday=0, at=time(7, 0), zone="America/New_York")
    assert config.time_zone.key == "America/New_York"
    assert config.database == tmp_path / "data/monitor.db"


def test_the_environment_names_another_database(tmp_path: Path) -> None:
    config = load(tmp_path, HEALTHY, {"CMAA_DATABASE": str(tmp_path / "elsewhere.db")})
    assert config.database == tmp_path / "elsewhere.db"


def test_settings_of_a_demo_stay_with_their_own_database(tmp_path: Path) -> None:
    config = load(tmp_path, f"{HEALTHY}\ndemo: true\ndatabase: monitor.db\n", {"CMAA_DATABASE": "/srv/real.db"})
    assert config.database == tmp_path / "monitor.db"


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    plain = load(tmp_path, FULL)
    marked = load(tmp_path, b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode())
    assert (marked.sources, marked.subscribers, marked.fetch) == (plain.sources, plain.subscribers, plain.fetch)


TEN_FAULTS = """\
version: 1
time_zone: America/New_Yrok
fetch: {pace: 5s, worker: 8}
watch:
  codes: ["92229", 00100]
sources:
  - id: fda.ai-devices
    every: 6 hrs
  - id: cms.lcds
    url: file:///etc/passwd
  - id: fda.ai-devices
  - id: payer.one
    kind: tabel
    url: https://10.0.0.8/list
    every: 2m
    name: One
    authority: A payer
    every: 1d
"""


def test_ten_different_faults_are_all_listed_with_line_and_column(tmp_path: Path) -> None:
    problems = faults(tmp_path, TEN_FAULTS)
    assert [(p.line, p.column, p.where) for p in problems] == [
        (2, 12, "time_zone"),
        (3, 19, "fetch.worker"),
        (5, 20, "watch.codes[1]"),
        (8, 12, "sources[0].every"),
        (10, 10, "sources[1].url"),
        (11, 9, "sources[2].id"),
        (13, 11, "sources[3].kind"),
        (14, 10, "sources[3].url"),
        (15, 12, "sources[3].every"),
        (18, 5, "sources[3].every"),
    ]
    words = [p.what for p in problems]
    assert words[0] == "'America/New_Yrok' is not a time zone; did you mean 'America/New_York'?"
    assert words[1] == "is unknown; did you mean 'workers'?"
    assert words[2] == '00100 without quotes reads as the number 64 (octal); quote it: "00100"'
    assert words[3] == "'6 hrs' is not a duration; write 6h"
    assert "at line 7" in words[5]
    assert words[7].endswith('add "10.0.0.8/32" to fetch.allow_nets')
    assert words[8] == "2m is too short; the least is 5m"
    assert "first at line 15" in words[9]


def test_the_text_of_the_error_is_one_line_a_fault_with_the_file_in_front(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(TEN_FAULTS)
    with pytest.raises(ConfigError) as caught:
        load_config(path, {}, KNOWN)
    lines = str(caught.value).splitlines()
    assert len(lines) == 10
    assert lines[3] == f"{path}:8:12: sources[0].every: '6 hrs' is not a duration; write 6h"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "is empty"),
        (b"\n  \n", "is empty"),
        (b"# only a comment\n", "holds no settings"),
        (b"- a\n- b\n", "must be a mapping"),
        (b"just words\n", "must be a mapping"),
        (b"version: 1\nsources: [\n", "bracket is not closed"),
        (b"version: 1\n\tsources: []\n", "never with tabs"),
        (b"version: 1\n---\nversion: 1\n", "remove the line '---'"),
        (b"version: 1\nname: a: b\n", "put quotes round"),
        (b'version: "1\n', "quotation mark is not closed"),
        (b"version: 1\nx: \x00\n", "control characters"),
        (b"version: 1\nname: caf\xe9\n", "not UTF-8 (byte 0xe9)"),
        ("version: 1\n".encode("utf-16"), "not UTF-8"),
        (b"[" * 5_000, "not valid YAML"),
        (b"a: " + b"[" * 50 + b"]" * 50, "nested too deeply"),
        (b"#" * 4_000_001, "larger than 4 MB"),
    ],
)
def test_a_file_that_is_no_settings_file_is_named_as_such(tmp_path: Path, text: bytes, words: str) -> None:
    assert words in fault(tmp_path, text).what


def test_a_wrong_byte_is_pointed_at(tmp_path: Path) -> None:
    problem = fault(tmp_path, b"version: 1\nname: caf\xe9\n")
    assert (problem.line, problem.column) == (2, 10)


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"nowhere.yaml:1:1: file: does not exist; `cmaa-monitor init DIR` writes one"
    ):
        load_config(tmp_path / "nowhere.yaml", {}, KNOWN)


@pytest.mark.parametrize("name", ["", "a\x00b"])
def test_a_folder_or_an_impossible_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError):
        load_config(tmp_path / name, {}, KNOWN)


def test_an_alias_bomb_is_refused_at_once(tmp_path: Path) -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert "aliases" in faults(tmp_path, "\n".join(levels))[-1].what


def test_an_alias_to_itself_is_refused(tmp_path: Path) -> None:
    assert "inside its own anchor" in fault(tmp_path, "version: 1\nsources: &s [*s]\n").what


def test_a_few_aliases_are_welcome(tmp_path: Path) -> None:
    text = (
        OWN + "    contract: &same {min_items: 3}\n" + OWN.split("sources:\n")[1].replace("payer.policies", "payer.two")
    )
    one, two = load(tmp_path, text + "    contract: *same\n").sources
    assert one.contract == two.contract == Contract(min_items=3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sources:\n  - id: cms.lcds\n", "is missing; write `version: 1`"),
        ("version: 2\nsources:\n  - id: cms.lcds\n", "not a version this program reads; write version: 1"),
        ("version: 1\n", "is missing; write `sources:"),
        ("version: 1\nsources: []\n", "nothing is watched"),
        ("version: 1\nsources:\n  - {id: cms.lcds, enabled: false}\n", "nothing is watched"),
        ("version: 1\nsources: cms.lcds\n", "must be a list"),
        ("version: 1\nsources: [cms.lcds]\n", "must be a mapping"),
        ("version: 1\nsources:\n", "must be a list"),
        (HEALTHY + "digest: monday\n", "must be a mapping"),
        (HEALTHY + "digest: {day: noon}\n", "possible here: friday, monday"),
        (HEALTHY + "digest: {at: 7 am}\n", 'such as "07:00"'),
        (HEALTHY + "digest: {at: 12:30}\n", "reads as the number 750 (base 60)"),
        (HEALTHY + "time_zone: America\n", "is not a time zone"),
        (HEALTHY + "time_zone: ../../etc/passwd\n", "is not a time zone"),
        (HEALTHY + "fetch: {max_body: 32}\n", "such as 32MB"),
        (HEALTHY + "fetch: {max_body: 900GB}\n", "out of range"),
        (HEALTHY + "fetch: {workers: 0}\n", "whole number from 1 to 64"),
        (HEALTHY + 'fetch: {workers: "8"}\n', "unquoted"),
        (HEALTHY + "fetch: {retries: 010}\n", "whole number from 0 to 10"),
        (HEALTHY + "fetch: {pace: -5s}\n", "is not a duration"),
        (HEALTHY + "fetch: {allow_nets: [127.0.0.1/8]}\n", "such as 127.0.0.0/8"),
        (HEALTHY + "fetch: {allow_nets: 127.0.0.0/8}\n", "must be a list"),
        (HEALTHY + "watch: {codes: [0821]}\n", 'quote it: "0821"'),
        (HEALTHY + "watch: {codes: [12:30]}\n", 'quote it: "12:30"'),
        (HEALTHY + "watch: {codes: [2027-01-01]}\n", "reads as a date"),
        (HEALTHY + "watch: {codes: [0x1A]}\n", "reads as a number"),
        (HEALTHY + "watch: {terms: [no]}\n", "no without quotes reads as false"),
        (HEALTHY + "watch: {terms: [~]}\n", "has no value"),
        (HEALTHY + "watch: {terms: [[a]]}\n", "must be a text, not a list"),
        (HEALTHY + 'watch: {terms: ["a\\nb"]}\n', "control character"),
        (HEALTHY + "watch: {terms: [!secret x]}\n", "the tag !secret has no meaning"),
        (HEALTHY + "watch: !!python/object:os.system {}\n", "has no meaning here"),
        (HEALTHY + "contact: nobody\n", "neither a mail address nor a URL"),
        (HEALTHY + "link_base: http://cmaa.example.org\n", "must be https"),
        (HEALTHY + "? [a, b]\n: c\n", "cannot be a member's name"),
    ],
)
def test_one_fault_is_one_problem_with_a_mend(tmp_path: Path, text: str, words: str) -> None:
    assert words in fault(tmp_path, text).what
