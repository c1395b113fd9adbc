"""Real versions of FDA's list, in the order FDA published them, over HTTP; skipped where they are not at hand."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.model.assessment import Tier
from monitor.model.difference import Act, News, Weight
from monitor.store.changes import StoredChange
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.loopback import Response

DATA = Path(__file__).resolve().parents[2] / "../shared/data/fda"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES = {".csv": "text/csv", ".xml": "application/xml", ".xlsx": XLSX_TYPE}
FOLDER = "- {id: folder, channel: file, path: told, tiers: [ACT, REVIEW, FYI]}"


def real(name: str) -> bytes:
    if not (DATA / name).exists():
        pytest.skip(f"real versions of FDA's list not found: {DATA / name}")
    return (DATA / name).read_bytes()


def truth(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(real(name))
    return found


def post(desk: Desk, name: str) -> None:
    """FDA puts this version up."""
    desk.serve(FDA_URL, Response(body=real(name), media_type=MEDIA_TYPES[Path(name).suffix]))


def poll(desk: Desk, name: str) -> list[StoredChange]:
    """The changes that the check which first sees this version has stored; where years were skipped and the list grew
    by more than a fifth, the second check, which sees the same again.
    """
    before = {kept.change.id for kept in desk.changes()} if desk.database.exists() else set()
    post(desk, name)
    ran = desk.run("check", "--json")
    if ran.code == 3:
        assert [source["code"] for source in ran.body["sources"]] == ["mass-change"]
        ran = desk.run("check", "--json")
    assert ran.code == 0, ran.err
    found = [kept for kept in desk.changes() if kept.change.id not in before]
    news = [kept.change.news for kept in found]
    assert len(news) == len(set(news)), "one Change for each kind of news"
    return found


def keys(found: list[StoredChange], news: News) -> set[str]:
    return {d.key for kept in found if kept.change.news is news for d in kept.change.differences}


def edits(found: list[StoredChange]) -> dict[str, dict[str, tuple[str, str, bool]]]:
    """Every edited field as stored: old, new, and whether it is material."""
    return {
        d.key: {f.name: (f.old, f.new, f.weight is Weight.MATERIAL) for f in d.fields}
        for kept in found
        for d in kept.change.differences
        if d.act is Act.MODIFIED
    }


def true_edits(name: str) -> dict[str, dict[str, tuple[str, str, bool]]]:
    return {
        row["submission_number"]: {
            field: (edit["old"], edit["new"], edit["kind"] == "material") for field, edit in row["changes"].items()
        }
        for row in truth(name)["modified"]
    }


def numbers(name: str, act: str) -> set[str]:
    return {row["submission_number"] for row in truth(name)[act]}


@pytest.fixture
def settled(desk: Desk) -> Iterator[Desk]:
    """A desk that tells of everything, into a folder."""
    real("2021-09_343.csv")  # skips here, before there is anything to look back on
    desk.configure(FDA, subscribers=[FOLDER])
    yield desk
    with desk.store() as store:
        assert store.queries.verify_chain() is None


def told(desk: Desk) -> set[str]:
    """The changes that the folder was told of."""
    return {json.loads(path.read_bytes())["id"].partition(":")[0] for path in (desk.folder / "told").glob("*.json")}


def test_five_years_of_the_real_list_give_exactly_the_known_differences(settled: Desk) -> None:
    desk, seen = settled, list[StoredChange]()
    assert poll(desk, "2021-09_343.csv") == []

    seen += poll(desk, "2024-05_882.xlsx")
    assert {kept.change.news for kept in seen} == {News.MASS, News.EDITORIAL}, "157 % more, told as one"

    known = "diff_2024-05_to_2024-12.json"
    found = poll(desk, "2024-12_1016.csv")
    assert [kept.change.news for kept in found] == [News.ADDED, News.MODIFIED, News.EDITORIAL]
    assert keys(found, News.ADDED) == numbers(known, "added")
    assert edits(found) == true_edits(known)
    material = {
        key for key, fields in true_edits(known).items() if any(is_material for *_, is_material in fields.values())
    }
    assert (keys(found, News.MODIFIED), len(material)) == (material, 67)
    assert len(keys(found, News.EDITORIAL)) == 277 - 67
    seen += found

    found = poll(desk, "2024-12_1016.csv")
    assert [kept.change.news for kept in found] == [News.REMOVED], "told only now, by the second fetch"
    assert keys(found, News.REMOVED) == numbers(known, "removed")
    seen += found

    found = poll(desk, "2025-12_1357.xml")
    assert {kept.change.news for kept in found} == {News.MASS, News.EDITORIAL}
    seen += found
    seen += poll(desk, "2025-12_1357.xml")
    assert poll(desk, "2025-12_1357.xlsx") == [], "another form of the same rows"

    known = "diff_2025-12_to_2026-03.json"
    found = poll(desk, "2026-03_1430.csv")
    assert [kept.change.news for kept in found] == [News.ADDED, News.EDITORIAL]
    assert keys(found, News.ADDED) == numbers(known, "added")
    assert edits(found) == true_edits(known)
    seen += found
    assert poll(desk, "2026-03_1430.csv") == []

    editorial = {kept.change.id for kept in seen if kept.change.news is News.EDITORIAL}
    assert all(kept.assessment.tier is Tier.NOISE for kept in seen if kept.change.id in editorial)
    assert told(desk) == {kept.change.id for kept in seen} - editorial


def test_every_added_device_of_product_code_pib_has_a_reason_of_its_own_that_names_92229(desk: Desk) -> None:
    desk.configure(FDA)
    poll(desk, "2021-09_343.csv")
    found = [*poll(desk, "2024-05_882.xlsx"), *poll(desk, "2024-12_1016.csv")]
    added = [kept for kept in found if kept.change.news in {News.ADDED, News.MASS}]
    pib = {
        str(d.key)
        for kept in added
        for d in kept.change.differences
        if d.act is Act.ADDED and d.after is not None and d.after.fields["product_code"] == "PIB"  # type: ignore[union-attr]
    }
    assert "K240058" in pib
    assert len(pib) > 3
    named = {reason.key for kept in added for reason in kept.assessment.reasons if "92229" in reason.text}
    assert pib <= named
    assert all("92229" in kept.assessment.codes for kept in added)


def _reordered(text: str) -> bytes:
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    return _written([head, *sorted(rows, key=lambda row: row[2])]).encode()


def _written(rows: list[list[str]], eol: str = "\r\n") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=eol).writerows(rows)
    return out.getvalue()


def _as_windows_1252(text: str) -> bytes:
    """FDA's UTF-8 copy holds the trade mark sign and others as stray control characters; Windows would not."""
    return "".join(bytes([ord(c)]).decode("cp1252") if "\x80" <= c <= "\x9f" else c for c in text).encode("cp1252")


def _with_doubled_rows(text: str) -> bytes:
    """Every row of the pairs that FDA really posted twice is put in place of the one row the list has now."""
    pairs = list(csv.reader(io.StringIO(real("2026-03-05_duplicate_pairs_partial.csv").decode(), newline="")))[1:]
    numbers = {row[1] for row in pairs}
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(numbers) * 2 == len(pairs)
    return _written([*rows, *[row for row in pairs if row[1] in numbers]]).encode()


COPIES = {
    "re-sorted": _reordered,
    "re-saved with quotes and other line ends": lambda text: _written(
        list(csv.reader(io.StringIO(text, newline=""))), "\n"
    ).encode(),
    "Windows-1252": _as_windows_1252,
    "UTF-8 with a byte order mark": lambda text: text.encode("utf-8-sig"),
    "duplicate rows": _with_doubled_rows,
}


def test_other_copies_of_the_same_real_list_give_no_change(desk: Desk) -> None:
    desk.configure(FDA)
    assert poll(desk, "2026-03_1430.csv") == []
    text = real("2026-03_1430.csv").decode("utf-8-sig")
    for name, made in COPIES.items():
        body = made(text)
        assert body != real("2026-03_1430.csv")
        desk.serve(FDA_URL, Response(body=body, media_type="text/csv"))
        report = desk.check()
        assert report["changes"] == [], (name, [d.fields for k in desk.changes() for d in k.change.differences])
        assert report["sources"][0]["verdict"] == "SAME", name
    assert desk.changes() == ()
