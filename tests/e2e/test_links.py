"""Links from devices to codes to documents, through the whole program: proposed, decided once, remembered."""

from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import AEYE_2022, AEYE_2024, a_list, as_csv
from tests.loopback import Response

EYE = ("fda:K240058", "cpt:92229")


def post(desk: Desk, body: bytes) -> None:
    desk.serve(FDA_URL, Response(body=body, media_type="text/csv"))


def state_of(desk: Desk, left: str, right: str) -> tuple[str, str | None]:
    found = {(one["from"], one["to"]): one for one in desk.run("links", "list", "--json").body["links"]}
    return found[left, right]["state"], found[left, right]["by"]


def test_a_proposed_link_is_shown_confirmed_once_and_remembered(desk: Desk) -> None:
    desk.configure(FDA)
    post(desk, as_csv(a_list()))
    desk.check()
    post(desk, as_csv([*a_list(), AEYE_2024]))
    desk.check()
    (kept,) = desk.changes()
    words = " ".join(desk.run("show", kept.change.id).out.split())
    assert "likely code 92229 for device K240058 (proposed, high confidence: product code PIB" in words
    assert state_of(desk, *EYE) == ("proposed", None)
    assert desk.run("links", "confirm", "FDA:k240058", "cpt:92229", "--by", "Lead", "--reason", "guide").code == 0
    again = desk.run("links", "confirm", *EYE, "--by", "Else", "--reason", "too")
    assert (again.code, "was confirmed before, by Lead" in again.err) == (2, True)
    assert state_of(desk, *EYE) == ("confirmed", "Lead")
    assert "code 92229 for device K240058 (confirmed by Lead" in " ".join(desk.run("show", kept.change.id).out.split())
    assert desk.run("verify").code == 0


def test_a_refused_link_is_proposed_no_more(desk: Desk) -> None:
    desk.configure(FDA)
    post(desk, as_csv([*a_list(), AEYE_2022]))
    desk.check()
    assert desk.run("links", "refuse", "fda:K221183", "cpt:92229", "--by", "Lead", "--reason", "no").code == 0
    post(desk, as_csv([*a_list(), AEYE_2024]))
    desk.check()
    desk.check()
    shown = [desk.run("show", kept.change.id, "--json").body["links"] for kept in desk.changes()]
    ends = [(link["from"], link["to"]) for links in shown for link in links]
    assert EYE in ends
    assert ("fda:K221183", "cpt:92229") not in ends
    assert state_of(desk, "fda:K221183", "cpt:92229") == ("refused", "Lead")
    assert desk.run("links", "refuse", "fda:K000000", "cpt:92229", "--by", "L", "--reason", "x").code == 2
