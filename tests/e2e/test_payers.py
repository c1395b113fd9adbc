"""What payers' sites do to a monitor, each quirk played by DEMO pages: noise is no news, an error page is no copy."""

import pytest

from monitor.model.difference import Act, News
from tests.e2e.desk import Desk
from tests.e2e.payer import ENTRY, FOLLOW_HTML, INDEX, PARAGRAPHS, Payer, index, policy
from tests.e2e.test_following import codes
from tests.loopback import Response

ONE = "/policies/demo-1.html"
CHILD = f"{INDEX}/demo-1"


@pytest.fixture
def payer(desk: Desk) -> Payer:
    desk.configure(f"{ENTRY} {FOLLOW_HTML}")
    return Payer(desk.server)


def with_part(body: bytes, part: str) -> bytes:
    return body.replace(b"</main>", part.encode() + b"</main>")


NOISE = {
    "a cookie banner with an id of the visit": "<div>User ID: 6f1e0d1c-9a55-4c1e-8f3b-0d9c2b7a4e{n:02d}</div>",
    "a floating feedback button that comes and goes": "<div>Give Feedback</div>",
    "a promotion that the section names": "<div class='promo'>Offer number {n}</div>",
    "scripts and tokens": "<script>token='{n}'</script><form><input value='{n}'></form>",
    "a reading time": "<p>{n} min read</p>",
}


@pytest.mark.parametrize("part", NOISE.values(), ids=NOISE)
def test_noise_on_a_policy_page_is_no_news(desk: Desk, payer: Payer, part: str) -> None:
    for n in range(4):
        body = policy("1") if n == 0 else with_part(policy("1"), part.format(n=n))
        payer.server.set(f"/payer.invalid{ONE}", Response(body=body))
        desk.check()
    assert desk.changes() == ()
    assert desk.state(CHILD).failures_in_row == 0


def test_an_icon_that_a_font_writes_as_a_word_is_no_news(desk: Desk, payer: Payer) -> None:
    for n in range(4):
        icon = "<i>open_in_new</i>" if n % 2 else ""
        body = with_part(policy("1"), f"<p>Read the full DEMO text{icon}</p>")
        payer.server.set(f"/payer.invalid{ONE}", Response(body=body))
        desk.check()
    assert desk.changes() == ()


def test_icons_order_and_tracking_on_an_index_are_no_news(desk: Desk, payer: Payer) -> None:
    desk.check()
    tidy = dict(payer.links)
    for links in (
        {path: f"{words}open_in_new" for path, words in tidy.items()},
        dict(reversed(tidy.items())),
        {f"{path}?utm_source=mail": words for path, words in tidy.items()},
        tidy,
    ):
        payer.server.set("/payer.invalid/policies.html", Response(body=index(links)))
        assert codes(desk.check())[INDEX] == "same-content"
    assert desk.changes() == ()


def framed(title: str, body: str) -> str:
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>"


def in_the_usual_frame(title: str, text: str) -> str:
    return framed(f"{title} | DEMO payer", f"<nav>Plans Members</nav><main><h1>{title}</h1>{text}</main>")


DENIED = framed(
    "Access Denied", "<h1>Access Denied</h1>You don't have permission. Reference #18.80ed217.1769885992.demo"
)
LONG = "<p>Find a doctor, a plan or a form on the DEMO site.</p>" * 130
INCIDENT = "Request unsuccessful. Incapsula incident ID: 1234-DEMO from 192.0.2.7 on January 31 2026, 18:59:55 UTC"
PASSING = "<p>This page is temporarily unavailable.</p><p>Last Updated: 06/23/2025</p>"
ERRORS = {
    "denied at the edge": (403, DENIED),
    "denied with status 200": (200, DENIED),
    "an incident page": (200, framed("Request unsuccessful", INCIDENT)),
    "one 404 template": (
        200,
        framed(
            "404 - File or directory not found.", "<h1>Server Error</h1><h2>404 - File or directory not found.</h2>"
        ),
    ),
    "another 404 template": (200, framed("IIS Detailed Error - 404.0", "<h1>HTTP Error 404.0 - Not Found</h1>")),
    "a soft 404 in the usual frame": (200, in_the_usual_frame("Page Not Found", LONG)),
    "a loader of a page not found": (200, in_the_usual_frame("Page Not Found Loader", "")),
    "temporarily unavailable": (200, in_the_usual_frame("Policies", PASSING)),
    "under maintenance": (200, in_the_usual_frame("Site under maintenance", "<p>Come back soon.</p>")),
    "nothing at all": (200, ""),
    "thirteen characters": (200, "404 Not Found"),
    "gone": (404, in_the_usual_frame("Oh no", LONG)),
}


@pytest.mark.parametrize("answer", ERRORS.values(), ids=ERRORS)
@pytest.mark.parametrize("path", ["/policies.html", ONE], ids=["list", "document"])
def test_an_error_page_is_never_taken_for_the_page(
    desk: Desk, payer: Payer, path: str, answer: tuple[int, str]
) -> None:
    desk.check()
    status, body = answer
    payer.server.set(f"/payer.invalid{path}", Response(status=status, body=body.encode()))
    for _ in range(3):
        report = desk.check()
        assert report["exit_code"] == 3
        assert len(report["sources"]) == 4
        bad = [one["id"] for one in report["sources"] if not one["verified"]]
        assert bad == [INDEX if path == "/policies.html" else CHILD]
    payer.put()
    assert desk.check()["exit_code"] == 0
    assert desk.changes() == ()


def test_two_error_templates_in_turns_are_no_news(desk: Desk, payer: Payer) -> None:
    desk.check()
    one, other = (ERRORS[name][1].encode() for name in ("one 404 template", "another 404 template"))
    payer.server.set(f"/payer.invalid{ONE}", [Response(body=body) for body in (one, other, one, other)])
    for _ in range(4):
        assert codes(desk.check())[CHILD] not in {"changed", "same-content", "baseline"}
    assert desk.changes() == ()


def test_twenty_two_policies_seen_for_the_first_time_are_no_update(desk: Desk) -> None:
    desk.configure(f"{ENTRY} {FOLLOW_HTML}")
    Payer(desk.server, count=22)
    body = desk.check()
    assert (len(body["sources"]), body["changes"]) == (23, [])


def test_an_early_insertion_hides_no_later_edit_of_a_very_long_page(desk: Desk, payer: Payer) -> None:
    long = [f"DEMO rule {n} says that service {n} is covered with record {n}." for n in range(4_000)]
    payer.pages[ONE] = policy("1", long)
    payer.put()
    desk.check()
    edited = ["A new first DEMO rule about claims made by software.", *long]
    edited[3_900] = edited[3_900].replace("is covered", "is not covered")
    payer.pages[ONE] = policy("1", edited)
    payer.put()
    desk.check()
    (kept,) = desk.changes()
    assert sorted(one.act for one in kept.change.differences) == [Act.ADDED, Act.MODIFIED]


# --- names that carry a version and a date

DATED = (
    f"{ENTRY} follow: {{kind: prose, noun: passage, where: {{url: '_V[0-9]'}},"
    " identity: '(DEMO[.][A-Z]{2}[.][0-9]+[.][A-Z])'}}"
)
GUIDELINE = f"{INDEX}/demo.ts.194.a"


def dated(number: int, version: int, effective: str, published: str) -> str:
    return f"/policies/DEMO.TS.{number}.A_Test_V{version}.0.2026_Eff{effective}_Pub{published}.html"


@pytest.fixture
def vendor(desk: Desk) -> Payer:
    """Four guidelines under dated names."""
    desk.configure(DATED)
    payer = Payer(desk.server, count=0)
    payer.links = {dated(n, 1, "01.01.2026", "09.26.2025"): f"Guideline {n}" for n in (194, 195, 196, 197)}
    payer.pages = {path: policy(words) for path, words in payer.links.items()}
    payer.put()
    return payer


def rename(vendor: Payer, number: int, new: str) -> None:
    old = next(path for path in vendor.links if f".{number}." in path)
    vendor.links = {new if path == old else path: words for path, words in vendor.links.items()}
    vendor.pages[new] = vendor.pages[old]
    vendor.withdraw(old)
    del vendor.pages[old]
    vendor.put()


def test_a_new_dated_name_is_one_modified_guideline_and_its_text_is_compared_with_the_old(
    desk: Desk, vendor: Payer
) -> None:
    assert GUIDELINE in codes(desk.check())
    new = dated(194, 2, "07.01.2026", "03.20.2026")
    rename(vendor, 194, new)
    vendor.edit(new, "is experimental and is not covered", "is covered with prior authorisation")
    body = desk.check()
    assert {name: code for name, code in codes(body).items() if code == "changed"} == {
        INDEX: "changed",
        GUIDELINE: "changed",
    }
    listed, text = desk.changes()
    (difference,) = listed.change.differences
    assert (listed.change.news, difference.act) == (News.MODIFIED, Act.MODIFIED)
    assert {field.name for field in difference.fields} == {"url"}
    (passage,) = text.change.differences
    assert (text.change.source_id, passage.act) == (GUIDELINE, Act.MODIFIED)
    assert desk.check()["changes"] == []


def test_another_file_name_with_the_same_bytes_is_said_by_the_list_alone(desk: Desk, vendor: Payer) -> None:
    desk.check()
    rename(vendor, 194, dated(194, 1, "01.01.2026", "10.10.2025"))
    body = desk.check()
    assert codes(body)[GUIDELINE] == "same-bytes"
    assert [kept.change.source_id for kept in desk.changes()] == [INDEX]


def test_the_same_file_name_with_new_bytes_is_said_by_the_document(desk: Desk, vendor: Payer) -> None:
    desk.check()
    path = dated(195, 1, "01.01.2026", "09.26.2025")
    vendor.edit(path, "Claims must name the code", "Claims must name the modifier and the code")
    assert codes(desk.check())[INDEX] == "same-bytes"
    assert [kept.change.source_id for kept in desk.changes()] == [f"{INDEX}/demo.ts.195.a"]


def test_a_yearly_renaming_of_every_guideline_removes_none(desk: Desk, vendor: Payer) -> None:
    desk.check()
    for number in (194, 195, 196, 197):
        rename(vendor, number, dated(number, 1, "01.01.2027", "09.26.2026"))
    body = desk.check()
    assert set(codes(body).values()) == {"changed", "same-bytes"}
    (kept,) = desk.changes()
    assert [one.act for one in kept.change.differences] == [Act.MODIFIED] * 4


def test_the_next_version_beside_the_one_in_force_is_compared_with_it_and_said(desk: Desk, vendor: Payer) -> None:
    desk.check()
    coming = dated(194, 2, "07.01.2026", "03.20.2026")
    vendor.links[coming] = "Guideline 194"
    vendor.pages[coming] = policy(
        "Guideline 194", (*PARAGRAPHS, "From July a DEMO attestation is due with each claim.")
    )
    vendor.put()
    body = desk.check()
    assert codes(body)[GUIDELINE] == "changed"
    assert body["left_out"][0]["reason"].startswith("1 older version")
    assert [kept.change.news for kept in desk.changes()] == [News.ADDED, News.MODIFIED]
