from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import AEYE_2024, a_list, as_csv
from tests.loopback import Response

HOOK = "- {id: folder, channel: file, path: told, tiers: [ACT, REVIEW, FYI]}"


def test_the_first_run_makes_a_baseline_and_alerts_nobody(desk: Desk) -> None:
    desk.configure(FDA, subscribers=[HOOK])
    desk.serve(FDA_URL, Response(body=as_csv(a_list()), media_type="text/csv"))
    ran = desk.run("check")
    assert ran.code == 0
    assert "Baseline captured: 1 source, 320 items, 0 alerts." in ran.out
    assert "Alerts start with the next check." in ran.out
    assert desk.rows() == {"checks": 1, "changes": 0, "audit": 2, "outbox": 0}
    assert not (desk.folder / "told").exists()


def test_a_first_copy_that_breaks_its_contract_is_no_baseline(desk: Desk) -> None:
    desk.configure(FDA)
    desk.serve(FDA_URL, Response(body=as_csv(a_list(100)), media_type="text/csv"))
    ran = desk.run("check")
    assert ran.code == 3
    assert "at least 300 were due" in ran.out
    assert (desk.state().snapshot_id, desk.rows()["changes"]) == (None, 0)


def test_a_source_that_is_added_later_gets_its_own_baseline_and_alerts_nobody(desk: Desk) -> None:
    desk.configure(FDA)
    desk.serve(FDA_URL, Response(body=as_csv(a_list()), media_type="text/csv"))
    desk.check()
    feed = "- {id: my.page, kind: prose, url: https://www.cms.gov/page, every: 1d, name: A page, authority: CMS}"
    desk.configure(FDA, feed, subscribers=[HOOK])
    desk.serve(
        "https://www.cms.gov/page", Response(body=b"<html><title>DEMO</title><p>First words.</p><p>More.</p></html>")
    )
    desk.serve(FDA_URL, Response(body=as_csv([*a_list(), AEYE_2024]), media_type="text/csv"))
    codes = {one["id"]: one["code"] for one in desk.check()["sources"]}
    assert codes == {"fda.ai-devices": "changed", "my.page": "baseline"}
    assert [kept.change.source_id for kept in desk.changes()] == ["fda.ai-devices"]
