import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from shlex import split

import pytest

from monitor.app import DemoClock, House, open_house
from monitor.cli.main import run
from monitor.compare.canonical import item_sha256
from monitor.compose.wording import DEMO_RIBBON
from monitor.config import read_environment
from monitor.model.assessment import Level, Tier
from monitor.model.capture import FetchBlocked, FetchFailed
from monitor.model.difference import News
from monitor.model.ids import SourceId
from monitor.model.verdict import Trigger, Verdict
from monitor.store import Store, open_writer
from monitor.store.driver import sqlite3
from tests.demo.conftest import Played, play_into

WEEKS = range(39, 47)


def test_it_runs_to_its_end_in_a_folder_with_a_blank(played: Played) -> None:
    assert played.exit_code == 0
    assert " " in str(played.folder)
    assert len(played.digests()) == 2 * len(WEEKS)


def test_the_table_is_on_stdout_and_the_progress_on_stderr(played: Played) -> None:
    assert [line.split()[0] for line in played.out.splitlines() if line.startswith("2026-W")] == [
        f"2026-W{week}" for week in WEEKS
    ]
    assert "Week 8 of 8" in played.err
    assert "Week 8 of 8" not in played.out
    assert str(played.folder / "digests") in played.out


def test_the_commands_to_try_next_work_without_the_server(played: Played, capsys: pytest.CaptureFixture[str]) -> None:
    commands = [split(line) for line in played.out.splitlines() if " --config " in line]
    typed = [words[words.index("--config") :] for words in commands]
    assert [words[2] for words in typed] == ["changes", "show", "changes", "coverage", "status", "status"]
    for words in typed:
        assert run(words) == 0
        assert capsys.readouterr().out.strip()


def without_heads(digests: Mapping[str, str]) -> dict[str, str]:
    """The digests but for the audit chain's heads: these vouch for the server's port too, which differs."""
    return {name: re.sub(r"\b(?:[0-9a-f]{64}|[0-9a-f]{12})\b", "HEAD", text) for name, text in digests.items()}


def test_two_runs_say_the_same_and_the_environment_leads_neither_elsewhere(
    played: Played, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMAA_DATABASE", str(tmp_path / "other.db"))
    first, second = (without_heads(each.digests()) for each in (played, play_into(tmp_path / "again")))
    assert first == second
    assert not (tmp_path / "other.db").exists()
    assert open_house(played.folder / "sources.yaml", read_environment()).is_demo


def test_every_written_file_carries_the_demo_mark(played: Played) -> None:
    for path in played.folder.rglob("*"):
        if not path.is_file() or path.name.startswith("monitor.db"):
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            assert json.loads(text)["data"]["demo"] is True, path
        else:
            assert DEMO_RIBBON.strip("* ") in text, path


def test_whatever_is_invented_is_named_so(record: Store) -> None:
    for kept in record.queries.changes():
        for one in kept.change.differences:
            real = re.fullmatch(r"(K|DEN)\d{6}", one.key)
            item = one.after or one.before
            assert real or "DEMO" in one.key + one.label or one.key.startswith("§"), one.key
            assert real or ".invalid" in (getattr(item, "url", None) or ".invalid"), one.key


def test_the_first_week_is_a_baseline_that_alerts_nobody(played: Played, record: Store) -> None:
    assert "0 alerts" in played.digest(39)
    assert not [
        kept for kept in record.queries.changes() if kept.change.first_changed_at < datetime(2026, 9, 28, tzinfo=UTC)
    ]


def test_noise_alone_is_a_quiet_week(played: Played) -> None:
    assert "No relevant changes, all 10 sources checked" in played.digest(40)


def test_the_busy_week_names_the_autonomous_device_and_its_code(played: Played) -> None:
    digest = played.digest(41)
    assert "K240058" in digest
    assert "92229" in digest
    assert "Dec 7, 2026 comments close" in digest
    assert '"comments close on: 2026-12-07"' in digest


def test_the_rule_and_its_fact_sheet_are_one_card_that_names_both(played: Played) -> None:
    text = played.digests()["DG-2026-41.txt"]
    assert "1 to act on, 4 to review" in text
    assert text.count("Also seen at cms.newsroom") == 1


def test_there_is_one_removal_and_a_second_fetch_confirmed_it(record: Store) -> None:
    removals = [kept for kept in record.queries.changes() if kept.change.news is News.REMOVED]
    assert [one.key for kept in removals for one in kept.change.differences] == ["K162627"]
    check = record.queries.check(removals[0].check_id)
    assert check is not None
    assert check.started_at > removals[0].change.first_changed_at
    assert removals[0].before_sha != removals[0].after_sha


def test_a_blocked_and_a_cut_source_make_a_gap_week(played: Played, record: Store) -> None:
    digest = played.digest(43)
    assert "COVERAGE GAP: 3 sources unchecked" in digest
    assert "apology page" in digest
    assert "did not arrive whole" in digest
    assert "robots.txt forbids" in digest
    friday = record.queries.checks(datetime(2026, 10, 23, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC))
    assert {
        check.source_id: (check.ruling.verdict, check.ruling.code)
        for check in friday
        if not check.ruling.verdict.verified
    } == {
        "fda.ai-devices": (Verdict.BLOCKED, "apology"),
        "cms.lcds": (Verdict.SUSPECT, "truncated"),
        "cms.newsroom": (Verdict.BLOCKED, "robots"),
    }


def test_what_changed_in_the_gap_is_found_late(played: Played, record: Store) -> None:
    late = {kept.change.source_id for kept in record.queries.changes() if kept.change.found_late}
    assert late == {"fda.ai-devices", "cms.lcds"}
    told = " ".join(played.digest(44).split()).lower()
    assert (told.count("found late: changed between"), told.count("; found late]")) == (1, 1), "a card and a line"


def test_a_change_taken_back_is_a_correction(played: Played) -> None:
    assert "CORRECTIONS (1)" in played.digest(45)
    ahead = played.digest(45).split("DATES AHEAD")[1].split("WHERE CMAA")[0]
    assert "Dec 5, 2026" not in ahead, "a date that was taken back is no longer ahead"


def test_the_rewritten_appendix_is_critical_and_effective_later(played: Played, record: Store) -> None:
    kept = record.queries.changes(sources=(SourceId("ama.appendix-s"),))[0]
    assert (kept.assessment.level, kept.assessment.tier) == (Level.CRITICAL, Tier.ACT)
    assert kept.assessment.ai_class == "all"
    assert "Jan 1, 2027   Takes effect: item 1 (stated)" in played.digest(46)
    assert "Dates       Jan 1, 2027 takes effect" in played.digest(46)


def test_who_asks_for_the_appendix_hears_which_text_is_in_force_and_which_takes_effect_later(
    played: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--config", str(played.folder / "sources.yaml"), "status", "appendix-s"]) == 0
    said = capsys.readouterr().out
    assert "Effective later (from Jan 1, 2027): " in said
    assert "In force today (until Dec 31, 2026): " in said
    assert "the text before CH-2026-0015" in said
    assert "Stage: TEXT OF APPENDIX S PUBLISHED" in said


def test_the_weeks_count_every_check_once(played: Played) -> None:
    lost = {43: 59, 44: 68}
    for week in WEEKS:
        assert f"{lost.get(week, 70)} of 70 checks succeeded" in played.digest(week)


def test_unchanged_pages_cost_no_body(record: Store) -> None:
    checks = record.queries.checks(datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
    quiet = [check for check in checks if check.ruling.verdict is Verdict.NOT_MODIFIED]
    assert len(quiet) > len(checks) / 2
    assert {check.trigger for check in checks} == {Trigger.SCHEDULE}


def test_the_record_is_sound(record: Store) -> None:
    assert record.queries.verify_chain() is None
    assert record.queries.verify_objects() == ()
    assert record.queries.dead_deliveries() == 0


def test_it_reaches_this_machine_only(house: House, record: Store) -> None:
    clock = DemoClock(at=datetime(2026, 11, 16, tzinfo=UTC))
    with house.client(record, clock) as client:
        outcome = client.fetch("https://192.0.2.1/", validators=None, respect_robots=False)
    assert isinstance(outcome, FetchFailed | FetchBlocked)
    assert outcome.code == "forbidden-address"


def test_later_commands_see_the_simulated_time(house: House, record: Store) -> None:
    assert house.clock(record).now() == datetime(2026, 11, 16, 12, 0, tzinfo=UTC)


def test_an_ordinary_database_has_no_simulated_clock(tmp_path: Path) -> None:
    store = open_writer(tmp_path / "real.db", now=datetime(2026, 1, 1, tzinfo=UTC), item_sha256=item_sha256)
    try:
        with pytest.raises(RuntimeError):
            store.set_demo_now(datetime(2026, 10, 1, tzinfo=UTC))
        assert store.demo_now() is None
    finally:
        store.close()


def test_its_database_says_so_itself(played: Played) -> None:
    with sqlite3.connect(f"file:{played.folder / 'monitor.db'}?mode=ro", uri=True) as database:
        assert database.execute("SELECT value FROM meta WHERE key = 'demo'").fetchone() is not None
    assert open_house(played.folder / "sources.yaml", {}).config.link_base is None
