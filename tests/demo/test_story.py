import shutil
from datetime import date
from pathlib import Path

import pytest

from monitor.config import shipped
from monitor.demo.edits import Add, Amend, Copy, Remove, Row, Shuffle, edited
from monitor.demo.story import BrokenStory, read_story
from monitor.model.ids import SourceId
from monitor.sources import SOURCES

LIST = SourceId("demo.list")
COPY = Copy(columns=("id", "name"), rows=({"id": "1", "name": "one"}, {"id": "2", "name": "two"}))


def key_of(row: Row) -> str:
    return row["id"]


def test_the_story_has_eight_whole_weeks_before_the_recorded_present() -> None:
    story = read_story(shipped("data/demo"))
    assert len(story.weeks) >= 8
    assert all(week.monday.weekday() == 0 for week in story.weeks)
    assert story.weeks[-1].days[-1] < date(2026, 11, 23)


def test_it_plays_official_lists_of_every_authority() -> None:
    played = read_story(shipped("data/demo")).sources.keys()
    assert played <= SOURCES.keys()
    authorities = {SOURCES[name].source.authority for name in played}
    assert authorities == {official.source.authority for official in SOURCES.values()}


def test_the_recorded_weeks_are_small() -> None:
    assert sum(path.stat().st_size for path in shipped("data/demo").iterdir()) < 600_000


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ("{day: tue, source: fda.ai-devices, shuffle: yes}", "{day: tue, source: fda.lost, shuffle: yes}", "no source"),
        ("{day: tue, source: fda.ai-devices, shuffle: yes}", "{day: someday, source: cms.ncas}", "is no day"),
        ("{day: tue, source: fda.ai-devices, shuffle: yes}", "{day: tue, source: cms.ncas, burn: yes}", "is unknown"),
        ("serve: ama-panel-actions-sept-2026.html", "serve: lost.html", "is not in"),
        ("start: 2026-09-21", "start: 2026-09-22", "is no Monday"),
        ("remove: [K162627]}", "remove: [K162627]}\n      - {day: mon, source: cms.ncas, shuffle: yes}", "order"),
    ],
)
def test_a_story_that_contradicts_itself_is_refused(tmp_path: Path, good: str, bad: str, says: str) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(shipped("data/demo"), folder)
    told = (folder / "story.yaml").read_text(encoding="utf-8")
    assert good in told
    (folder / "story.yaml").write_text(told.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(BrokenStory, match=says):
        read_story(folder)


def test_new_rows_stand_at_the_top_and_are_whole() -> None:
    after = edited(COPY, Add(source_id=LIST, rows=({"id": "3"},)), key_of)
    assert after.rows[0] == {"id": "3", "name": ""}
    assert after.rows[1:] == COPY.rows


def test_a_shuffle_keeps_every_row_and_is_the_same_each_time() -> None:
    once = edited(COPY, Shuffle(source_id=LIST), key_of)
    assert sorted(row["id"] for row in once.rows) == ["1", "2"]
    assert edited(COPY, Shuffle(source_id=LIST), key_of) == once


@pytest.mark.parametrize(
    "edit",
    [
        Remove(source_id=LIST, keys=("9",)),
        Amend(source_id=LIST, rows={"9": {"name": "nine"}}),
        Amend(source_id=LIST, rows={"1": {"colour": "red"}}),
        Add(source_id=LIST, rows=({"id": "1"},)),
        Add(source_id=LIST, rows=({"id": "3", "colour": "red"},)),
    ],
)
def test_an_edit_that_finds_nothing_to_change_is_an_error(edit: Add | Amend | Remove) -> None:
    with pytest.raises(LookupError):
        edited(COPY, edit, key_of)
