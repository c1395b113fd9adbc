"""One event at several sources, through the whole program: one cluster, one card, told once unless something is new."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.e2e.desk import Desk
from tests.e2e.test_federal_register import BOTH, OPPS, filed, published, show
from tests.loopback import Response

NEWSROOM_URL = "https://www.cms.gov/newsroom/rss"
NEWSROOM = f"- {{id: cms.newsroom, every: 6h, url: '{NEWSROOM_URL}', contract: {{min_items: 1}}}}"
ONCE = "- {id: once, channel: file, path: once, tiers: [ACT, REVIEW, FYI]}"
EACH = "- {id: each, channel: file, path: each, tiers: [ACT, REVIEW, FYI], sightings: each}"
WAITING = [filed("2026-13656", "2026-07-14")]


def told(desk: Desk, folder: str) -> list[dict[str, Any]]:
    found = [json.loads(one.read_bytes())["data"] for one in (desk.folder / folder).glob("*.json")]
    return sorted(found, key=lambda data: str(data["change_id"]))


@pytest.fixture
def register(desk: Desk) -> Desk:
    desk.configure(*BOTH, subscribers=[ONCE, EACH])
    desk.begin_simulated_time(datetime(2026, 7, 1, 12, tzinfo=UTC))
    show(desk, 1, [], [])
    show(desk, 3, WAITING, [])
    return desk


def test_public_inspection_and_publication_are_one_cluster_and_nothing_is_hidden(register: Desk) -> None:
    show(register, 14, WAITING, [published("2026-13656", "2026-07-14")])
    first, second = (kept.change.id for kept in register.changes())
    one, other = (register.run("show", change, "--json").body["cluster"] for change in (first, second))
    assert one["id"] == other["id"] == "CL-2026-0001"
    assert [sight["change"] for sight in one["also_seen"]] == [second]
    assert other["ground"] == "document 2026-13656"
    words = " ".join(register.run("show", second).out.split())
    assert f"also seen at federal-register.public-inspection ({first}" in words
    assert [change["id"] for change in register.run("changes", "--since", "30d", "--json").body["changes"]] == [
        second,
        first,
    ]
    assert register.run("verify").code == 0


def test_the_second_sight_is_told_to_who_asked_for_each_and_to_others_only_what_is_new(register: Desk) -> None:
    show(register, 14, WAITING, [published("2026-13656", "2026-07-14", comments_close_on="2026-09-14")])
    assert [data["cluster_id"] for data in told(register, "each")] == ["CL-2026-0001"] * 2
    again = told(register, "once")
    assert len(again) == 2, "the closing date of comments is new"
    assert again[1]["also_seen"][0]["change_id"] == again[0]["change_id"]


def test_a_mere_further_sight_is_noted_and_not_told_as_news(desk: Desk) -> None:
    feed = '<rss version="2.0"><channel><title>CMS</title>{}</channel></rss>'
    item = "<item><title>{0}</title><link>https://www.cms.gov/{1}</link><description>{0}</description><guid>{1}</guid></item>"

    def post(*titles: str) -> None:
        body = feed.format("".join(item.format(title, n) for n, title in enumerate(titles)))
        desk.serve(NEWSROOM_URL, Response(body=body.encode(), media_type="application/rss+xml"))

    desk.configure(*BOTH, NEWSROOM, subscribers=[ONCE, EACH])
    desk.begin_simulated_time(datetime(2026, 7, 1, 12, tzinfo=UTC))
    post("DEMO old item")
    show(desk, 1, [], [])
    show(desk, 14, [], [published("2026-13656", "2026-07-14")])
    post("DEMO old item", f"{OPPS} (CMS-9999-P)")
    show(desk, 15, [], [published("2026-13656", "2026-07-14")])
    rule, release = desk.changes()
    assert release.change.source_id == "cms.newsroom"
    assert len(told(desk, "each")) == 2
    assert [data["change_id"] for data in told(desk, "once")] == [rule.change.id]
    with desk.store() as store:
        assert store.database.rows("SELECT subject FROM audit WHERE event = 'seen-again'") == [(release.change.id,)]
    why = desk.run("explain", release.change.id, "--subscriber", "once").out
    assert f"It was told of the same event in {rule.change.id}, and nothing here was new to it." in why
    digest = desk.run("digest", "--preview").out
    assert digest.count("Software as a Medical Service") >= 1
    assert f"also seen at cms.newsroom ({release.change.id}" in " ".join(digest.split()).lower().replace("ch-", "CH-")
