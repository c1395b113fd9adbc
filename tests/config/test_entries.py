"""What may stand in one entry of ``sources:`` and of ``subscribers:``."""

from datetime import date, time
from pathlib import Path

import pytest

from monitor.model.assessment import Tier, Topic
from monitor.model.delivery import Cadence, Interest, Quiet, Rhythm
from monitor.model.source import DocumentVersion
from tests.config.samples import HEALTHY, OWN, fault, faults, load


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("    every: 0m\n", "too short"),
        ("    every: 4m\n", "the least is 5m"),
        ("    every: 32d\n", "the most is 31d"),
        ("    every: 6\n", "such as 6h"),
        ("    every: daily\n", "write 1d"),
        ("    every: 2 weeks\n", "write 2w"),
        ("    every: 99999999999h\n", "is not a duration"),
        ("    floor: urgent\n", "possible here: critical, high"),
        ("    kind: table\n", "read in its own way"),
        ("    every_: 1d\n", "did you mean 'every'?"),
        ("    enabled: maybe\n", "neither true nor false"),
        ("    contract: {min_items: -1}\n", "whole number"),
        ("    contract: {max_shrink: 10%}\n", "such as 0.10"),
        ("    contract: {max_shrink: 1.5}\n", "such as 0.10"),
        ("    contract: {key_pattern: '('}\n", "not a regular expression"),
        ("    contract: {key_pattern: 'a{99999999999}'}\n", "not a regular expression"),
        ("    contract: {key_pattern: '[[a]'}\n", "not a regular expression"),
        ("    contract: {columns: Number}\n", "must be a list"),
        ("    urls: []\n", "names no address"),
        ("    urls: [{link_text: Download}]\n", "is missing; write `url: https://...`"),
        ("    urls: [{url: https://www.fda.gov/, text: Download}]\n", "did you mean 'link_text'?"),
        ("    in_force: {from: 2027-01-01}\n", "write `document: CPT Appendix S`"),
        ("    in_force: {document: DEMO}\n", "write `from: 2027-01-01`"),
        ("    in_force: {document: DEMO, from: soon}\n", "is not a day"),
        ("    in_force: {document: DEMO, from: 2027-01-01, until: 2026-12-31}\n", "exchange the two"),
        ("    in_force: {document: DEMO, from: 2027-01-01, to: 2027-12-31}\n", "is unknown"),
    ],
)
def test_a_faulty_official_entry_is_explained(tmp_path: Path, line: str, words: str) -> None:
    assert words in fault(tmp_path, HEALTHY + line).what


def test_url_beside_urls_is_ambiguous(tmp_path: Path) -> None:
    text = HEALTHY + "    url: https://www.fda.gov/a\n    urls: [https://www.fda.gov/b]\n"
    assert "keep one of the two" in fault(tmp_path, text).what


@pytest.mark.parametrize("member", ["kind", "url", "every", "name", "authority", "key"])
def test_a_page_of_ones_own_lacks_nothing(tmp_path: Path, member: str) -> None:
    lines = [line for line in OWN.splitlines(keepends=True) if not line.startswith(f"    {member}:")]
    problem = fault(tmp_path, "".join(lines))
    assert problem.where == f"sources[0].{member}"
    assert problem.what.startswith("is missing; write `")


def test_an_entry_without_an_id_says_so(tmp_path: Path) -> None:
    assert "is missing; write `id:" in fault(tmp_path, OWN.replace("id: payer.policies\n    kind", "kind")).what


def test_a_misspelt_official_list_is_recognised(tmp_path: Path) -> None:
    problem = fault(tmp_path, HEALTHY.replace("fda.ai-devices", "fda.ai-device"))
    assert "did you mean 'fda.ai-devices'?" in problem.what
    assert "for a page of your own add kind" in problem.what


@pytest.mark.parametrize("name", ["FDA.list", "fda list", "../etc", ".fda", "fda..list", "f" * 81, "fda_list"])
def test_an_id_is_dotted_lower_case(tmp_path: Path, name: str) -> None:
    assert "is not an id" in fault(tmp_path, OWN.replace("payer.policies", f'"{name}"')).what


@pytest.mark.parametrize("line", ["rows: data", "next_page: next", "link_pattern: x"])
def test_a_member_that_the_kind_never_reads_is_refused(tmp_path: Path, line: str) -> None:
    assert "has no meaning for kind table" in fault(tmp_path, OWN + f"    {line}\n").what


def test_a_fault_in_a_disabled_entry_is_still_a_fault(tmp_path: Path) -> None:
    assert fault(tmp_path, HEALTHY + "  - {id: cms.lcds, enabled: false, every: often}\n").line == 4


SUBSCRIBER = HEALTHY + "subscribers:\n"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("  - {id: desk, channel: webhook}", "is missing; write `url: https://...`"),
        ("  - {id: desk, channel: file}", "is missing; write `path: alerts`"),
        ("  - {id: desk, channel: file, url: https://a.example.org, path: x}", "write path: instead"),
        ("  - {id: desk, channel: pigeon, path: x}", "possible here: apprise, email, file, slack, teams, webhook"),
        ("  - {id: desk, path: x}", "is missing; write `channel: webhook`"),
        ("  - {channel: file, path: x}", "is missing; write `id:"),
        ("  - {id: desk, channel: file, path: x, tiers: [urgent]}", "possible here: act, fyi"),
        ("  - {id: desk, channel: file, path: x, tiers: [act, noise]}", "possible here: act, fyi"),
        ("  - {id: desk, channel: file, path: x, sources: ['zzz.*']}", "matches no source"),
        ("  - {id: desk, channel: file, path: x, colour: red}", "is unknown"),
        ("  - {id: desk, channel: webhook, url: http://a.example.org}", "plain http"),
        ("  - {id: desk, channel: webhook, url: https://127.0.0.1/}", "not a public address"),
        ("  - desk", "must be a mapping"),
        ("  - {id: desk, channel: file, path: x, topics: [money]}", "possible here:"),
        ("  - {id: desk, channel: file, path: x, codes: [92229]}", "quote it"),
        ("  - {id: desk, channel: file, path: x, digest: monthly}", "possible here: daily, never, weekly"),
        ("  - {id: desk, channel: file, path: x, quiet: night}", "is no span of hours"),
        ("  - {id: desk, channel: file, path: x, quiet: '25:00-07:00'}", "is no span of hours"),
        ("  - {id: desk, channel: file, path: x, quiet: '07:00-07:00'}", "is no span of hours"),
        ("  - {id: desk, channel: file, path: x, cap: 0}", "whole number from 1"),
        ("  - {id: desk, channel: file, path: x, time_zone: Mars/Base}", "is not a time zone"),
        ("  - {id: desk, channel: file, path: x, also: [{tier: act}]}", "is unknown"),
        ("  - {id: desk, channel: file, path: x, problems: maybe}", "neither true nor false"),
    ],
)
def test_a_faulty_subscriber_is_explained(tmp_path: Path, line: str, words: str) -> None:
    assert words in fault(tmp_path, f"{SUBSCRIBER}{line}\n").what


def test_two_subscribers_cannot_share_an_id(tmp_path: Path) -> None:
    line = "  - {id: desk, channel: file, path: x}\n"
    assert "already used at line 5" in fault(tmp_path, SUBSCRIBER + line + line).what
    other_fault = "  - {id: desk, channel: file}\n"
    assert "already used at line 5" in "\n".join(p.what for p in faults(tmp_path, SUBSCRIBER + line + other_fault))


@pytest.mark.parametrize("secret", ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLjSw", "hunter2", "lower_case"])
def test_a_secret_written_out_is_refused_and_not_repeated(tmp_path: Path, secret: str) -> None:
    line = f"  - {{id: desk, channel: file, path: x, secret: {secret}}}\n"
    problem = fault(tmp_path, SUBSCRIBER + line)
    assert "is not the name of an environment variable" in problem.what
    assert secret not in str(problem)


def test_a_disabled_source_may_still_be_subscribed_to(tmp_path: Path) -> None:
    text = SUBSCRIBER + "  - {id: desk, channel: file, path: x, sources: [cms.*]}\n"
    text = text.replace("subscribers:", "  - {id: cms.lcds, enabled: false}\nsubscribers:")
    assert load(tmp_path, text).subscribers[0].interests[0].sources == ("cms.*",)


def test_faults_are_in_file_order_whatever_is_read_first(tmp_path: Path) -> None:
    lines = [p.line for p in faults(tmp_path, SUBSCRIBER + "  - {id: desk}\nfetch: {pace: x}\ntime_zone: Nowhere\n")]
    assert lines == sorted(lines)
    assert len(lines) == 3


DATED = "https://payer.example.org/new?from={today-30d:%Y-%m-%d}"
WEEKLY = "https://payer.example.org/new?from={week_start:%Y%m%d}&to={week_end:%Y%m%d}"


def dated(url: str, more: str = "\n    page_url: https://payer.example.org/new") -> str:
    return OWN.replace("url: https://payer.example.org/policies", f"url: {url}{more}")


@pytest.mark.parametrize("url", [DATED, WEEKLY])
def test_an_address_may_hold_dates(tmp_path: Path, url: str) -> None:
    assert [route.url for route in load(tmp_path, dated(url)).sources[0].routes] == [url]


def test_a_date_that_cannot_be_read_is_explained_where_it_stands(tmp_path: Path) -> None:
    problem = fault(tmp_path, dated("https://payer.example.org/new?from={yesterday}"))
    assert (problem.where, problem.line) == ("sources[0].url", 5)
    assert "{today-400d:%Y-%m-%d}" in problem.what


def test_an_address_with_a_date_needs_a_page_that_people_can_open(tmp_path: Path) -> None:
    assert "page_url" in fault(tmp_path, dated(DATED, "")).where


def test_a_link_is_not_followed_week_by_week(tmp_path: Path) -> None:
    text = dated("x").replace("url: x", f"urls: [{{url: '{WEEKLY}', link_text: Data}}]")
    assert "link_text" in fault(tmp_path, text).where


def test_a_subscriber_says_of_what_when_and_how_often_he_is_told(tmp_path: Path) -> None:
    entry = """  - id: desk
    channel: file
    path: x
    tiers: [ACT, REVIEW]
    topics: [coding]
    also: [{codes: ["92229"], tiers: [FYI]}]
    digest: daily
    quiet: "20:00-07:00"
    time_zone: America/Chicago
    cap: 3
    problems: true
"""
    (desk,) = load(tmp_path, SUBSCRIBER + entry).subscribers
    assert desk.interests == (
        Interest(tiers=(Tier.ACT, Tier.REVIEW), topics=(Topic.CODING,)),
        Interest(tiers=(Tier.FYI,), codes=("92229",)),
    )
    assert desk.digest == Rhythm(cadence=Cadence.DAILY, zone="America/Chicago")
    assert (desk.quiet, desk.cap, desk.problems) == (Quiet(start=time(20), end=time(7)), 3, True)


def test_the_digest_of_a_subscriber_is_due_in_his_own_zone(tmp_path: Path) -> None:
    entry = "  - {id: desk, channel: file, path: x, digest: weekly, time_zone: Asia/Kolkata}\n"
    text = SUBSCRIBER + entry + 'digest: {day: friday, at: "16:00"}\n'
    assert load(tmp_path, text).subscribers[0].digest == Rhythm(weekday=4, at=time(16), zone="Asia/Kolkata")


def test_the_days_between_which_a_version_is_in_force_can_be_set(tmp_path: Path) -> None:
    line = "    in_force: {document: DEMO appendix, from: 2027-01-01, until: '2027-12-31'}\n"
    source = load(tmp_path, HEALTHY + line).sources[-1]
    days = (date(2027, 1, 1), date(2027, 12, 31))
    assert source.version == DocumentVersion(document="DEMO appendix", first_day=days[0], last_day=days[1])


PAGE = OWN.replace("kind: table", "kind: prose").replace("    key: Policy number\n", "")


@pytest.mark.parametrize(
    ("member", "where", "line"),
    [
        ("    selector: 'main['\n", "sources[0].selector", 9),
        ("    drop: [.share, 'div >']\n", "sources[0].drop[1]", 9),
        ("    drop:\n      - .share\n      - '..x'\n", "sources[0].drop[1]", 11),
    ],
)
def test_a_broken_selector_is_found_when_the_settings_are_read(
    tmp_path: Path, member: str, where: str, line: int
) -> None:
    found = fault(tmp_path, PAGE + member)
    assert (found.where, found.line) == (where, line)
    assert "is not a CSS selector" in found.what


def test_drop_names_fields_where_there_are_no_parts(tmp_path: Path) -> None:
    assert load(tmp_path, OWN + "    drop: ['Page views (total)']\n").sources[0].reading.drop == ("Page views (total)",)


def test_a_contract_may_let_a_rule_cut_more(tmp_path: Path) -> None:
    assert load(tmp_path, PAGE + "    contract: {max_strip: 0.5}\n").sources[0].contract.max_strip == 0.5
