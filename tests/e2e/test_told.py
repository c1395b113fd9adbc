"""Who was told of a change, when, and with what; and what waits."""

import pytest

from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import a_list, as_csv, renamed
from tests.loopback import Response

CSV = "text/csv; charset=utf-8"
TIERS = "tiers: [act, review, fyi]"
PLAIN = as_csv(a_list())
OTHER = as_csv(renamed(a_list(), "K900003", "DEMO other name"))


@pytest.fixture
def changed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A change that was told to a folder at once; the webhook's receiver is down."""
    monkeypatch.setenv("CMAA_HOOK", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLjSw")
    desk.server.set("/hook", Response(status=503))
    told = [
        f"- {{id: shelf, channel: file, path: told, {TIERS}}}",
        f"- {{id: hook, channel: webhook, url: '{desk.server.base}/hook', secret: CMAA_HOOK, {TIERS}}}",
    ]
    desk.configure(FDA, subscribers=told)
    desk.serve(FDA_URL, [Response(body=PLAIN, media_type=CSV), Response(body=OTHER, media_type=CSV)])
    desk.check()
    desk.check()
    return desk


def test_show_names_every_delivery_of_a_change_with_state_and_times(changed: Desk) -> None:
    shown = changed.run("show", "CH-2026-0001").out
    (sent,) = [line for line in shown.splitlines() if line.startswith("Told        shelf over file: sent ")]
    assert "1 try" in sent
    (waits,) = [
        line for line in shown.splitlines() if line.startswith("Told        hook over webhook: pending, next try")
    ]
    assert "first tried" in waits
    bodies = {one["recipient"]: one for one in changed.run("show", "CH-2026-0001", "--json").body["deliveries"]}
    assert (bodies["shelf"]["state"], bodies["hook"]["state"]) == ("sent", "pending")
    assert bodies["hook"]["first_tried_at"]
    assert bodies["hook"]["sent_at"] is None


def test_deliveries_list_says_when_each_was_sent(changed: Desk) -> None:
    (header, *_) = changed.run("deliveries", "list").out.splitlines()
    assert " SENT " in header


def test_the_next_check_says_what_waits_and_when_it_is_tried_next(changed: Desk) -> None:
    ran = changed.run("check")
    assert "Pending: 1 delivery waits (1 tried before and not taken); next try " in ran.out
    told = changed.check()["deliveries"]
    assert told["pending"] == 1
    assert told["next_try_at"]
