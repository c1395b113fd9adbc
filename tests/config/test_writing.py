"""An entry that is written is the source that was meant, whatever its words; the rest of the file stays as it was."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.config.load import load_config
from monitor.config.writing import add_entry, entry_of, with_entry
from monitor.model.errors import ConfigError, UsageError
from monitor.model.ids import SourceId
from monitor.model.source import Contract, Kind, Reading, Route, Source

SHIPPED = Path(__file__).resolve().parents[2] / "sources.yaml"
FIRST = "- {id: demo.first, kind: prose, url: 'https://demo.example.org/1', every: 1d, name: First, authority: DEMO}"
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=40).map(str.strip)
SOME = WORDS.filter(bool)


def a_source(**members: object) -> Source:
    return replace(
        Source(
            id=SourceId("demo.second"), name="Second", authority="DEMO", kind=Kind.TABLE,
            routes=(Route(url="https://demo.example.org/2"),), every=timedelta(days=1), extractor="table",
            contract=Contract(min_items=5), reading=Reading(key=("Number",)),
        ),
        **members,
    )  # fmt: skip


def a_file(folder: Path, text: str) -> Path:
    path = folder / "sources.yaml"
    path.write_bytes(text.encode())
    return path


def added(path: Path, source: Source) -> Source:
    return add_entry(path, entry_of(source), {}, {}, write=True).sources[-1]


@settings(max_examples=40)
@given(name=SOME, label=SOME, key=st.lists(SOME, min_size=1, max_size=3, unique=True), title=SOME, column=SOME)
def test_any_words_come_back_as_they_were_meant(
    tmp_path_factory: pytest.TempPathFactory, name: str, label: str, key: list[str], title: str, column: str
) -> None:
    meant = a_source(
        name=name,
        reading=Reading(key=tuple(key), label=label, member="list.csv"),
        contract=Contract(title=title, columns=(column,), media_types=("text/csv",), min_items=7),
    )
    path = a_file(tmp_path_factory.mktemp("words"), f"version: 1\nsources:\n  {FIRST}\n")
    assert added(path, meant) == meant


@pytest.mark.parametrize("every", [timedelta(minutes=30), timedelta(hours=6), timedelta(days=14)])
def test_a_cadence_comes_back_as_it_was_meant(tmp_path: Path, every: timedelta) -> None:
    assert added(a_file(tmp_path, f"version: 1\nsources:\n  {FIRST}\n"), a_source(every=every)).every == every


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"version: 1\nsources:\n{FIRST}", f"version: 1\nsources:\n{FIRST}\n\nENTRY"),
        (f"sources:\n    {FIRST}\n    # last\n\nversion: 1\n",
         f"sources:\n    {FIRST}\n\n    ENTRY    # last\n\nversion: 1\n"),
        (f"version: 1\r\nsources:\r\n  {FIRST}\r\n", f"version: 1\r\nsources:\r\n  {FIRST}\r\n\r\n  ENTRY"),
    ],
    ids=["no indentation, no last line end", "deep, another key behind", "CRLF"],
)  # fmt: skip
def test_the_entry_stands_behind_the_last_one_and_all_else_stays(before: str, after: str) -> None:
    written = with_entry(before, ["- id: x"])
    end = "\r\n" if "\r\n" in before else "\n"
    assert written == after.replace("ENTRY", f"- id: x{end}")


def test_the_shipped_file_takes_an_entry_before_its_commented_examples() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    written = with_entry(text, ["- id: x"])
    assert written.replace("\n  - id: x\n", "", 1) == text
    assert written.index("- id: x") < written.index("# Any other page:")


@pytest.mark.parametrize(
    "before", ["version: 1\n", f"sources: [{FIRST[2:]}]\n", "sources: &a\n  - x\n", '"sources":\n- x\n']
)
def test_a_file_of_another_layout_is_refused_with_the_entry_to_write(before: str) -> None:
    with pytest.raises(UsageError, match=r"write the entry by hand(?s:.*)- id: x"):
        with_entry(before, ["- id: x"])


def test_a_text_that_only_looks_like_a_comment_is_never_torn(tmp_path: Path) -> None:
    text = f"version: 1\nsources:\n  {FIRST[:-1]}, why: 'DEMO\n\n  # no comment'}}\n"
    path = a_file(tmp_path, text)
    with pytest.raises((UsageError, ConfigError)):
        added(path, a_source())
    assert path.read_text(encoding="utf-8") == text
    assert [file.name for file in tmp_path.iterdir()] == ["sources.yaml"]


def test_a_refused_entry_leaves_the_file_and_names_it(tmp_path: Path) -> None:
    path = a_file(tmp_path, f"version: 1\nsources:\n  {FIRST}\n")
    before = path.read_bytes()
    with pytest.raises(ConfigError) as caught:
        added(path, a_source(id=SourceId("demo.first")))
    assert {problem.file for problem in caught.value.problems} == {str(path)}
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["sources.yaml"]


def test_a_link_stays_a_link_and_rights_stay_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = a_file(tmp_path / "real", f"version: 1\nsources:\n  {FIRST}\n")
    real.chmod(0o640)
    link = tmp_path / "sources.yaml"
    link.symlink_to(real)
    added(link, a_source())
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert [source.id for source in load_config(link, {}, {}).sources] == ["demo.first", "demo.second"]


def test_a_byte_order_mark_is_kept(tmp_path: Path) -> None:
    path = a_file(tmp_path, f"\ufeffversion: 1\nsources:\n  {FIRST}\n")
    added(path, a_source())
    assert path.read_bytes().count(b"\xef\xbb\xbf") == 1
