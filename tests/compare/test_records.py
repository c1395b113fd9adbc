import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.assess.rules import parse_rules
from monitor.compare.aliases import folded_aliases
from monitor.compare.canonical import content_sha256
from monitor.compare.records import compare_records
from monitor.config import read_reference
from monitor.model.difference import Act, Difference, Weight
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Record, Snapshot
from tests.compare.build import devices, record, table

DATA = Path(__file__).resolve().parents[2] / "../shared/data/fda"


def as_record(row: dict[str, str]) -> Record:
    return record(row["submission_number"], row["device"], **row)


def published(name: str) -> tuple[Snapshot, Snapshot, dict[str, Any]]:
    """The records that differ between two published versions, as FDA spelled them."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"real versions of the list not found: {path}")
    truth = json.loads(path.read_text(encoding="utf-8"))
    old, new = list(devices(50, start=900_000)), list(devices(50, start=900_000))
    for row in truth["modified"]:
        fields = row["changes"].items()
        old.append(record(row["submission_number"], **{name: change["old"] for name, change in fields}))
        new.append(record(row["submission_number"], **{name: change["new"] for name, change in fields}))
    old += [as_record(row) for row in truth["removed"]]
    new += [as_record(row) for row in truth["added"]]
    return table(*old), table(*reversed(new)), truth


@pytest.mark.parametrize(
    ("name", "added", "removed", "modified", "material"),
    [("diff_2024-05_to_2024-12.json", 136, 2, 277, 67), ("diff_2025-12_to_2026-03.json", 73, 0, 6, 0)],
)
def test_real_versions_differ_exactly_as_recorded(
    name: str, added: int, removed: int, modified: int, material: int
) -> None:
    before, after, truth = published(name)
    found = compare_records(before, after)
    by_act = {act: [d for d in found if d.act is act] for act in Act}
    assert [len(by_act[act]) for act in Act] == [added, removed, modified, 0]
    assert sum(d.weight is Weight.MATERIAL for d in by_act[Act.MODIFIED]) == material
    assert {d.key: fields_of(d) for d in by_act[Act.MODIFIED]} == {
        row["submission_number"]: {
            name: (change["old"], change["new"], change["kind"] == "material")
            for name, change in row["changes"].items()
        }
        for row in truth["modified"]
    }


def fields_of(difference: Difference) -> dict[str, tuple[str, str, bool]]:
    return {f.name: (f.old, f.new, f.weight is Weight.MATERIAL) for f in difference.fields}


def test_a_renamed_device_is_one_modified_record() -> None:
    before = table(record("K1", device="IDx-DR", company="Digital Diagnostics"))
    after = table(record("K1", device="LumineticsCore", company="Digital Diagnostics"))
    (found,) = compare_records(before, after)
    assert (found.act, found.key, found.label) == (Act.MODIFIED, "K1", "LumineticsCore")
    assert fields_of(found) == {"device": ("IDx-DR", "LumineticsCore", True)}


def test_two_devices_of_one_name_are_kept_apart() -> None:
    before = table(record("K1", device="BriefCase"), record("K2", device="BriefCase"))
    after = table(record("K2", device="BriefCase"), record("K3", device="BriefCase"))
    assert [(d.act, d.key) for d in compare_records(before, after)] == [(Act.ADDED, "K3"), (Act.REMOVED, "K1")]


def test_added_come_in_the_new_order_before_removed_and_modified() -> None:
    before = table(record("K1", device="a"), record("K2", device="b"), record("K3", device="c"))
    after = table(
        record("K9", device="z"), record("K3", device="C!"), record("K4", device="d"), record("K1", device="x")
    )
    assert [(d.act.value, d.key) for d in compare_records(before, after)] == [
        ("added", "K9"),
        ("added", "K4"),
        ("removed", "K2"),
        ("modified", "K3"),
        ("modified", "K1"),
    ]


def test_one_material_field_makes_the_record_material_and_the_others_stay_editorial() -> None:
    (found,) = compare_records(
        table(record("K1", device="Foo", product_code="LLZ")),
        table(record("K1", device="FOO\u2122", product_code="QIH")),
    )
    assert found.weight is Weight.MATERIAL
    assert fields_of(found) == {"device": ("Foo", "FOO\u2122", False), "product_code": ("LLZ", "QIH", True)}


def test_an_absent_field_equals_an_empty_one_and_appearing_is_material() -> None:
    bare, empty, filled = record("K1", a="x"), record("K1", a="x", b=" "), record("K1", a="x", b="y")
    assert compare_records(table(bare), table(empty)) == ()
    (found,) = compare_records(table(bare), table(filled))
    assert fields_of(found) == {"b": ("", "y", True)}


@pytest.mark.parametrize(
    ("old", "new", "material"),
    [
        ("General & Plastic Surgery", "General and Plastic Surgery", False),
        ("Obstetrics/Gynecology", "Obstetrics and Gynecology", False),
        ("Clinical Tcxicology", "Clinical Toxcicology", False),
        ("\tGastroenterology/Urology", "Gastroenterology & Urology", False),
        ("Pathology", "Clinical Tcxicology", True),
        ("Gastroenterology-Urology", "General and Plastic Surgery", True),
    ],
)
def test_panels_are_known_by_all_the_spellings_of_the_reference_list(old: str, new: str, material: bool) -> None:
    aliases = parse_rules(read_reference(Path(__file__).parent)).aliases
    (found,) = compare_records(table(record("K1", panel=old)), table(record("K1", panel=new)), aliases=aliases)
    assert (found.weight is Weight.MATERIAL) is material


def test_an_alias_is_editorial_only_when_it_is_handed_in() -> None:
    before, after = table(record("A1", mac="NGS")), table(record("A1", mac="Wellpoint Federal"))
    aliases = folded_aliases({"NGS": "Wellpoint Federal"})
    assert [d.weight for d in compare_records(before, after, aliases=aliases)] == [Weight.EDITORIAL]
    assert [d.weight for d in compare_records(before, after, aliases={})] == [Weight.MATERIAL]


rows = st.dictionaries(
    st.sampled_from([f"K{n}" for n in range(12)]),
    st.fixed_dictionaries(
        {"device": st.sampled_from(["Foo", "foo", "Bar", "", "Bar\xa0"]), "company": st.text(max_size=3)}
    ),
)


def snapshot(of: dict[str, dict[str, str]]) -> Snapshot:
    return table(*(record(key, **fields) for key, fields in of.items()))


@given(rows)
def test_a_list_does_not_differ_from_itself(of: dict[str, dict[str, str]]) -> None:
    assert compare_records(snapshot(of), snapshot(dict(reversed(of.items())))) == ()


@given(rows, rows)
def test_the_differences_lead_from_one_list_to_the_other(
    one: dict[str, dict[str, str]], other: dict[str, dict[str, str]]
) -> None:
    before, after = snapshot(one), snapshot(other)
    found = compare_records(before, after)
    assert content_sha256(applied(found, before)) == content_sha256(after)
    assert (found == ()) is (content_sha256(before) == content_sha256(after))


def applied(differences: tuple[Difference, ...], before: Snapshot) -> Snapshot:
    held: dict[RecordKey, Record] = {r.key: r for r in before.records}
    for difference in differences:
        match difference.act:
            case Act.REMOVED:
                del held[difference.key]
            case Act.ADDED:
                assert isinstance(difference.after, Record)
                held[difference.key] = difference.after
            case _:
                changed = {f.name: f.new for f in difference.fields}
                fields = dict(held[difference.key].fields) | changed
                held[difference.key] = record(difference.key, **fields)
    return table(*held.values())
