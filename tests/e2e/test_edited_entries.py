"""An entry that was edited is read anew from the stored bytes: at once, and without telling anybody."""

import json

import pytest

from tests.e2e.desk import Desk
from tests.loopback import Response

URL = "https://payer.invalid/policy"
PAGE = """<html><head><title>Policy</title></head><body><div id="a"><h2>Imaging</h2>
<p>Software that reads an image by itself is paid for only with a physician.</p></div>
<div id="b"><h2>Cardiology</h2><p>{}</p></div></body></html>"""
OLD, NEW = "Echo software is not covered.", "Autonomous echo software is covered from January 1, 2027."
ROWS = [{"id": "A1", "code": "X1", "name": "One"}, {"id": "A2", "code": "X2", "name": "Two"}]


def entry(**members: str) -> str:
    said = "".join(f", {name}: {value}" for name, value in members.items())
    return f"- {{id: payer.policy, name: Policy, authority: Payer, every: 1d, url: '{URL}'{said}}}"


def page(text: str) -> Response:
    return Response(body=PAGE.format(text).encode(), media_type="text/html")


def checked(desk: Desk) -> tuple[str, int | None, int]:
    """Verdict, items and changes of one check of the only source."""
    body = desk.check()
    (source,) = body["sources"]
    return source["verdict"], source["items"], len(body["changes"])


def test_an_edited_selector_is_read_anew_from_the_same_bytes_and_tells_nobody(desk: Desk) -> None:
    desk.configure(entry(kind="prose", selector="'#a'"))
    desk.serve(URL, page(OLD))
    assert checked(desk) == ("CHANGED", 2, 0)
    desk.configure(entry(kind="prose", selector="body"))
    assert checked(desk) == ("SAME", 4, 0)
    assert checked(desk)[0] == "SAME"
    with desk.store() as store:
        (last, *_) = store.queries.last_checks().values()
    assert "read anew" not in last.ruling.reason


def test_what_changes_in_the_part_that_was_added_is_told_from_then_on(desk: Desk) -> None:
    desk.configure(entry(kind="prose", selector="'#a'"))
    desk.serve(URL, page(OLD))
    desk.check()
    desk.configure(entry(kind="prose", selector="body"))
    desk.serve(URL, page(NEW))
    assert checked(desk) == ("CHANGED", 4, 1)


def test_an_entry_that_finds_nothing_in_the_stored_copy_is_no_verified_check(desk: Desk) -> None:
    desk.configure(entry(kind="prose", selector="'#a'"))
    desk.serve(URL, page(OLD))
    desk.check()
    desk.configure(entry(kind="prose", selector="'#nowhere'"))
    ran = desk.run("check")
    assert ran.code == 3
    assert "The entry was edited, and the stored copy cannot be read as it says now" in ran.out
    desk.configure(entry(kind="prose", selector="'#a'"))
    assert checked(desk)[0] == "SAME"


@pytest.mark.parametrize("edit", [{"key": "[code]"}, {"drop": "[name]"}, {"label": "code"}])
def test_another_key_label_or_a_dropped_field_is_no_news(desk: Desk, edit: dict[str, str]) -> None:
    members = {"kind": "json", "rows": "data", "key": "[id]", "label": "name"}
    desk.configure(entry(**members))
    desk.serve(URL, Response(body=json.dumps({"data": ROWS}).encode(), media_type="application/json"))
    desk.check()
    desk.configure(entry(**(members | edit)))
    assert checked(desk) == ("SAME", 2, 0)
    more = [*ROWS, {"id": "A3", "code": "X3", "name": "Three"}]
    desk.serve(URL, Response(body=json.dumps({"data": more}).encode(), media_type="application/json"))
    assert checked(desk) == ("CHANGED", 3, 1)
