import pytest

from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import a_list, as_csv
from tests.loopback import Response

PAGE = "- {id: my.page, kind: prose, url: https://www.cms.gov/page, every: 90m, name: My page, authority: CMS}"


@pytest.fixture
def ready(desk: Desk) -> Desk:
    desk.configure(FDA, PAGE)
    desk.serve(FDA_URL, Response(body=as_csv(a_list()), media_type="text/csv"))
    return desk


def test_list_names_every_source_and_when_it_was_last_seen(ready: Desk) -> None:
    listed = ready.run("sources", "list")
    assert (listed.code, listed.out.count("never")) == (0, 2)
    assert not ready.database.exists()
    ready.run("check")
    after = ready.run("sources", "list").out
    assert (after.count("never"), "90m" in after, "1d" in after) == (0, True, True)
    bodies = {one["id"]: one for one in ready.run("sources", "list", "--json").body["sources"]}
    assert bodies["fda.ai-devices"]["last_good_at"] is not None
    assert (bodies["my.page"]["last_good_at"], bodies["my.page"]["failures_in_row"]) == (None, 1)


def test_test_shows_what_would_be_kept_and_keeps_nothing(ready: Desk) -> None:
    ran = ready.run("sources", "test", "fda.ai-devices")
    assert ran.code == 0
    for words in ("320 items as csv", "sentinels (DEN180001, ", "product_code): holds", "would be accepted"):
        assert words in ran.out
    assert not ready.database.exists()


def test_test_says_why_a_copy_would_be_refused(ready: Desk) -> None:
    ready.serve(FDA_URL, Response(body=as_csv(a_list(100)), media_type="text/csv"))
    ran = ready.run("sources", "test", "fda.ai-devices")
    assert (
        ran.code,
        "amount (at least 300 items, no page missing): FAILS: The copy holds 100 items" in ran.out,
        "UNVERIFIED (too-few)" in ran.out,
    ) == (3, True, True)
    ran = ready.run("sources", "test", "my.page")
    assert (ran.code, "UNVERIFIED (gone)" in ran.out) == (3, True)


def test_an_unknown_source_is_a_usage_error_that_lists_the_known(ready: Desk) -> None:
    for words in (["sources", "test", "cms.lcd"], ["check", "--source", "cms.lcd"]):
        ran = ready.run(*words)
        assert (ran.code, "It has: fda.ai-devices, my.page." in ran.err) == (2, True)
    assert ready.server.requests == ()
