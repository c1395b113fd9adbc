"""The whole program on a small list of FDA's devices: what is news, and what is only another copy."""

from collections.abc import Callable, Sequence

import pytest

from monitor.model.assessment import Tier
from monitor.model.difference import News
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import (
    AEYE_2022,
    AEYE_2024,
    HEADERS,
    Device,
    a_list,
    as_csv,
    as_page,
    as_xlsx,
    as_xml,
    renamed,
    without,
)
from tests.loopback import Response

CSV = "text/csv; charset=utf-8"
FOLDER = "- {id: folder, channel: file, path: told, tiers: [ACT, REVIEW, FYI]}"


def post(desk: Desk, body: bytes, media_type: str = CSV) -> None:
    desk.serve(FDA_URL, Response(body=body, media_type=media_type))


@pytest.fixture
def watching(desk: Desk) -> Desk:
    """The small list is the baseline already."""
    desk.configure(FDA, subscribers=[FOLDER])
    post(desk, as_csv(a_list()))
    assert desk.verdict() == ("CHANGED", "baseline")
    return desk


def test_added_changed_and_respelled_devices_are_one_change_for_each_kind_of_news(watching: Desk) -> None:
    rows = [*renamed(a_list(), "K900007", "DEMO renamed"), AEYE_2022, AEYE_2024]
    respelled = [
        Device(**{**_as_dict(row), "name": row.name.upper()}) if row.number == "K900009" else row for row in rows
    ]
    post(watching, as_csv(respelled))
    watching.check()
    found = watching.changes()
    assert [kept.change.news for kept in found] == [News.ADDED, News.MODIFIED, News.EDITORIAL]
    assert [[d.key for d in kept.change.differences] for kept in found] == [
        ["K221183", "K240058"],
        ["K900007"],
        ["K900009"],
    ]
    assert found[2].assessment.tier is Tier.NOISE
    assert len(list((watching.folder / "told").glob("*.json"))) == 2, "the respelling is kept and told to nobody"


def test_every_added_autonomous_device_has_a_reason_of_its_own_that_names_92229(watching: Desk) -> None:
    post(watching, as_csv([*a_list(), AEYE_2022, AEYE_2024, Device("04/23/2024", "K999999", "DEMO other")]))
    watching.check()
    (added,) = watching.changes()
    about = {reason.key: reason for reason in added.assessment.reasons if "92229" in reason.text}
    assert set(about) == {"K221183", "K240058"}
    assert all("AEYE-DS" in reason.quote for reason in about.values())


def test_a_removed_device_is_told_only_after_a_second_fetch(watching: Desk) -> None:
    post(watching, as_csv(without(a_list(), "K900005")))
    assert watching.verdict() == ("SAME", "removal-pending")
    assert watching.changes() == ()
    assert watching.verdict() == ("CHANGED", "changed")
    (removed,) = watching.changes()
    assert (removed.change.news, [d.key for d in removed.change.differences]) == (News.REMOVED, ["K900005"])
    assert removed.change.first_changed_at < watching.state().last_good_at  # type: ignore[operator]
    assert watching.verdict() == ("SAME", "same-bytes")


def test_a_device_that_is_back_at_the_second_fetch_was_never_gone(watching: Desk) -> None:
    post(watching, as_csv(without(a_list(), "K900005")))
    watching.check()
    post(watching, as_csv(a_list()))
    assert watching.verdict() == ("SAME", "same-content")
    assert (watching.changes(), watching.state().absences) == ((), {})


def test_a_removal_waits_as_long_as_the_settings_say(desk: Desk) -> None:
    desk.configure(FDA, confirm_removal_after="1h")
    post(desk, as_csv(a_list()))
    desk.check()
    post(desk, as_csv(without(a_list(), "K900005")))
    assert [desk.verdict() for _ in range(3)] == [("SAME", "removal-pending")] * 3
    assert desk.changes() == ()


COPIES: dict[str, Callable[[Sequence[Device]], tuple[bytes, str]]] = {
    "re-sorted": lambda rows: (as_csv(rows[::-1]), CSV),
    "re-saved with other line ends": lambda rows: (as_csv(rows, eol="\n"), CSV),
    "Windows-1252": lambda rows: (as_csv(rows, "cp1252"), "text/csv"),
    "byte order mark": lambda rows: (as_csv(rows, "utf-8-sig"), CSV),
    "other headers": lambda rows: (as_csv(rows, headers=[*HEADERS[:1], "Submission Number ", *HEADERS[2:]]), CSV),
    "duplicate rows": lambda rows: (as_csv([*rows, *rows[:40]]), CSV),
    "XML": lambda rows: (as_xml(rows), "application/xml"),
    "XLSX": lambda rows: (as_xlsx(rows), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "HTML table": lambda rows: (as_page(rows), "text/html; charset=utf-8"),
}


@pytest.mark.parametrize("form", COPIES)
def test_another_copy_of_the_same_list_is_no_change(watching: Desk, form: str) -> None:
    post(watching, *COPIES[form](a_list()))
    assert watching.verdict() == ("SAME", "same-content")
    assert watching.changes() == ()


def _as_dict(row: Device) -> dict[str, str]:
    return {name: getattr(row, name) for name in Device.__struct_fields__}
