"""Panel documents: tabs keyed by meeting and number, whatever the document looks like around them."""

import pytest
from reportlab.platypus import Paragraph

from monitor.model.errors import Unreadable
from monitor.model.snapshot import Page, Record, Snapshot
from monitor.pipeline.opening import Opening
from monitor.sandbox.pdf import PdfOpener
from monitor.sources import DOCUMENTS
from monitor.sources.ama_panel_grid import outcome_of
from tests.formats.printed import BODY, STYLES, Style, grid, printed
from tests.sources.copies import source

URL = "https://www.ama-assn.org/system/files/panel.pdf"
ROWS = [
    ["4", "DEMO image analysis", "Add code 646X1X for software alone", "Accepted addition of code 646X1X"],
    ["5", "DEMO laboratory test", "Revise code 81X01", "Accepted, as modified by the Panel, the revision of 81X01"],
    ["67", "DEMO Appendix S", "Reword the three classes", "The request was withdrawn by the applicant"],
]
PREAMBLE = (
    "CPT Editorial Panel Summary of Panel Actions",
    "Panel meeting of April 30 - May 2, 2026",
    "Wording and codes are not final. Posted May 20, 2026. Requests for reconsideration are taken until June 3, 2026.",
)


def read(name: str, body: bytes, url: str = URL) -> Snapshot:
    reader = Opening(DOCUMENTS[name], PdfOpener().open)
    return reader.extract(Page(body=body, url=url), source("ama.panel-actions"))


def by_key(snapshot: Snapshot) -> dict[str, Record]:
    return {str(record.key): record for record in snapshot.records}


def refusal(name: str, body: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(name, body)
    return caught.value


def test_a_tab_is_its_meeting_number_request_and_action() -> None:
    records = by_key(read("ama.panel-grid", grid(ROWS, Style(preamble=PREAMBLE))))
    assert list(records) == ["May 2026 summary", "May 2026 Tab 4", "May 2026 Tab 5", "May 2026 Tab 67"]
    assert dict(records["May 2026 Tab 4"].fields) == {
        "meeting": "May 2026",
        "tab": "4",
        "title": "DEMO image analysis",
        "request": "Add code 646X1X for software alone",
        "action": "Accepted addition of code 646X1X",
        "outcome": "accepted",
    }
    assert [record.fields.get("outcome") for record in records.values()][1:] == [
        "accepted",
        "accepted as modified",
        "withdrawn",
    ]
    assert records["May 2026 Tab 67"].label == "Tab 67: DEMO Appendix S"


def test_the_preamble_is_a_record_with_its_two_dates() -> None:
    fields = by_key(read("ama.panel-grid", grid(ROWS, Style(preamble=PREAMBLE))))["May 2026 summary"].fields
    assert (fields["posted"], fields["reconsideration_deadline"]) == ("2026-05-20", "2026-06-03")


def test_a_meeting_is_read_from_the_heading_or_else_from_the_name_of_the_file() -> None:
    bare = Style(preamble=("Summary of Panel Actions",))
    named = read("ama.panel-grid", grid(ROWS, bare), "https://www.ama-assn.org/files/september-2026-summary.pdf")
    assert named.records[1].key == "September 2026 Tab 4"
    assert refusal("ama.panel-grid", grid(ROWS, bare)).code == "no-meeting"


def test_every_row_of_sixty_pages_keeps_its_title_and_action() -> None:
    asked = "Add code 646X1X to report an analysis of images by software alone, and revise its guideline. "
    rows = [[str(n), f"DEMO {n}", (asked * (n % 5 + 1)).strip(), f"Accepted code {n}X1X"] for n in range(1, 541)]
    records = read("ama.panel-grid", grid(rows, Style(preamble=PREAMBLE, ruled=False))).records[1:]
    assert [[r.fields[n] for n in ("tab", "title", "request", "action")] for r in records] == rows


def test_sections_of_the_grid_are_no_tabs_and_a_tab_in_two_rows_is_two() -> None:
    rows = [["", "", "Laboratory", ""], *ROWS[:1], [*ROWS[0][:3], "Rejected"], *ROWS[1:]]
    keys = list(by_key(read("ama.panel-grid", grid(rows, Style(preamble=PREAMBLE)))))
    assert keys[1:3] == ["May 2026 Tab 4", "May 2026 Tab 4 (2)"]
    assert len(keys) == 5


def test_a_row_that_is_continued_is_the_same_tab() -> None:
    rows = [*ROWS[:1], ["4 (cont.)", "", "", "and of code 646X2X"], *ROWS[1:]]
    records = by_key(read("ama.panel-grid", grid(rows, Style(preamble=PREAMBLE))))
    assert records["May 2026 Tab 4"].fields["action"] == "Accepted addition of code 646X1X and of code 646X2X"


def test_a_grid_that_lost_a_column_is_refused_not_shifted() -> None:
    lost = Style(preamble=PREAMBLE, header=("Tab #", "Title of Request", "Remarks"), widths=(45, 200, 200))
    fault = refusal("ama.panel-grid", grid([row[:3] for row in ROWS], lost))
    assert fault.code == "grid-columns"
    assert "no column for the action and the request" in fault.reason or "request and the action" in fault.reason


def test_a_row_that_cannot_be_told_is_refused() -> None:
    assert refusal("ama.panel-grid", grid([["see below", *ROWS[0][1:]]], Style(preamble=PREAMBLE))).code == "bad-tab"


@pytest.mark.parametrize(
    ("action", "outcome"),
    [
        ("Accepted", "accepted"),
        ("ACCEPTED AS MODIFIED", "accepted as modified"),
        ("The Panel accepted with modifications the new code", "accepted as modified"),
        ("Not accepted", "rejected"),
        ("Rejected; a new request may be accepted later", "rejected"),
        ("Postponed to the September meeting", "postponed"),
        ("Applicant withdrew the request", "withdrawn"),
        ("Tabled", "tabled"),
        ("Referred to a work group", "other"),
        ("", "other"),
    ],
)
def test_an_outcome_is_one_of_a_few_words(action: str, outcome: str) -> None:
    assert outcome_of(action) == outcome


def test_an_agenda_in_a_table_is_its_tabs() -> None:
    agenda = Style(
        header=("Tab", "Title", "Request"), widths=(50, 200, 300), preamble=("Panel agenda, September 2026",)
    )
    records = by_key(read("ama.panel-agenda", grid([row[:3] for row in ROWS], agenda)))
    assert list(records) == ["September 2026 Tab 4", "September 2026 Tab 5", "September 2026 Tab 67"]
    assert records["September 2026 Tab 67"].fields["request"] == "Reword the three classes"


MORE = "with a title that goes on " * 6


def test_an_agenda_in_lines_is_its_tabs() -> None:
    story = [Paragraph("CPT Editorial Panel meeting, September 24-26, 2026: agenda", STYLES["Title"])]
    story += [Paragraph(f"Tab {row[0]} \u2013 {row[1]} {MORE}", BODY) for row in ROWS]
    records = by_key(read("ama.panel-agenda", printed(story)))
    assert [record.fields["tab"] for record in records.values()] == ["4", "5", "67"]
    assert records["September 2026 Tab 5"].fields["title"] == f"DEMO laboratory test {MORE}".strip()


def test_what_is_no_agenda_is_refused() -> None:
    assert refusal("ama.panel-agenda", printed([Paragraph("Words. " * 300, BODY)])).code == "no-tabs"
    assert refusal("ama.panel-agenda", b"%PDF-1.7\n%%EOF").code == "damaged-pdf"
