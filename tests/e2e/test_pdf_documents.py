"""PDF documents and zip archives through a real check: read, compared, and stopped when they are made to do harm."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from reportlab.platypus import Paragraph

from monitor.model.errors import Unreadable
from monitor.sandbox.confined import Limits
from monitor.sandbox.pdf import PdfOpener
from tests.e2e.desk import Desk
from tests.formats import crafted
from tests.formats.printed import BODY, STYLES, drawn, grid, printed
from tests.loopback import Response

GRID_URL = "https://www.ama-assn.org/system/files/may-2026-summary-panel-actions.pdf"
POLICY_URL = "https://www.cms.gov/files/document/policy.pdf"
PDF = "application/pdf"
GRID = (
    f"- {{id: demo.grid, kind: table, url: '{GRID_URL}', every: 1d, name: DEMO grid, authority: AMA, key: 'Tab #', "
    "label: Title of Request, dates: []}"
)
POLICY = f"- {{id: demo.policy, kind: prose, url: '{POLICY_URL}', every: 1d, name: DEMO policy, authority: DEMO}}"
ASKED = "Add code 646X1X to report the analysis of images by software alone, with its result given to the clinician. "


def panel_rows(count: int = 540) -> list[list[str]]:
    done = ["Accepted addition of code 646X1X", "Rejected", "Postponed to the next meeting", "Withdrawn"]
    return [[str(n), f"DEMO request {n}", (ASKED * (1 + n % 4)).strip(), done[n % 4]] for n in range(1, count + 1)]


def policy(*changed: str) -> bytes:
    rules = [f"Rule {n}. " + "A service by software alone is billed as this DEMO policy says. " * 4 for n in range(30)]
    body = [Paragraph(text, BODY) for text in (*rules, *changed)]
    return printed([Paragraph("DEMO policy", STYLES["Title"]), *body], footer="DEMO    Page {page}")


def test_a_panel_grid_of_sixty_pages_is_a_list_and_a_changed_action_one_change(desk: Desk) -> None:
    desk.configure(GRID)
    rows = panel_rows()
    desk.serve(GRID_URL, Response(body=grid(rows), media_type=PDF))
    (source,) = desk.check()["sources"]
    assert (source["verdict"], source["code"], source["items"]) == ("CHANGED", "baseline", 540)
    with desk.store() as store:
        state = desk.state("demo.grid")
        assert state.snapshot_id is not None
        records = store.snapshot(state.snapshot_id).records
    assert [list(record.fields.values()) for record in records] == rows
    # A row grows, so that every page after it ends elsewhere: one record changed, no other.
    rows[99][3] = "Accepted as modified: " + "codes 646X1X and 646X2X, each with its own conditions. " * 9
    desk.serve(GRID_URL, Response(body=grid([[c.strip() for c in row] for row in rows]), media_type=PDF))
    assert desk.verdict() == ("CHANGED", "changed")
    (change,) = desk.changes()
    (difference,) = change.change.differences
    assert (difference.key, [field.name for field in difference.fields]) == ("100", ["Description of Panel Action"])


def test_a_policy_that_is_set_anew_is_the_same_and_a_new_rule_is_one_passage(desk: Desk) -> None:
    desk.configure(POLICY)
    desk.serve(POLICY_URL, Response(body=policy(), media_type=PDF))
    assert desk.verdict() == ("CHANGED", "baseline")
    desk.serve(POLICY_URL, Response(body=policy() + b"\n", media_type=PDF))
    assert desk.verdict() == ("SAME", "same-content")
    desk.serve(POLICY_URL, Response(body=policy("Rule 30. Code 646X1X is not covered."), media_type=PDF))
    assert desk.verdict() == ("CHANGED", "changed")
    (change,) = desk.changes()
    assert len(change.change.differences) == 1


HOSTILE = {
    "draws itself for ever": (crafted.loop(), "given up."),
    "unpacks to a gigabyte": (crafted.bomb(1_000), "given up."),
    "ten thousand pages": (crafted.pages(10_000), "has 10,000 pages"),
    "a password": (drawn(lambda canvas: canvas.drawString(9, 9, "x"), password="DEMO"), "protected by a password"),
    "half of it": (policy()[: len(policy()) // 2], "is cut off"),
    "a page named pdf": (b"<html><title>Sign in</title><body><p>Sign in to read on.</p></body></html>", "a web page"),
    "a scan": (crafted.scan(), "no text in it"),
    "damaged": (b"%PDF-1.7\n%%EOF", "is damaged"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_document_that_cannot_be_read_is_suspect_with_a_reason(desk: Desk, name: str) -> None:
    body, words = HOSTILE[name]
    desk.configure(POLICY)
    desk.serve(POLICY_URL, Response(body=policy(), media_type=PDF))
    desk.check()
    before = desk.state("demo.policy")
    desk.serve(POLICY_URL, Response(body=body, media_type=PDF))
    ran = desk.run("check", "--json")
    (source,) = ran.body["sources"]
    assert (ran.code, source["verdict"]) == (3, "SUSPECT"), source
    assert words in source["reason"]
    after = desk.state("demo.policy")
    assert (after.snapshot_id, after.body_sha256) == (before.snapshot_id, before.body_sha256)


def test_compare_reads_saved_documents_as_the_poll_does(desk: Desk, tmp_path: Path) -> None:
    desk.configure(GRID)
    rows = panel_rows(20)
    old, new = tmp_path / "old.pdf", tmp_path / "new.pdf"
    old.write_bytes(grid(rows))
    rows[3][3] = "Rejected, after all"
    new.write_bytes(grid(rows))
    body = desk.run("compare", str(old), str(new), "--source", "demo.grid", "--json").body
    assert body["verdict"] == "CHANGED"
    assert [(m["key"], [f["name"] for f in m["fields"]]) for m in body["modified"]] == [
        ("4", ["Description of Panel Action"])
    ]


def test_a_file_in_an_archive_in_an_archive_is_a_list(desk: Desk) -> None:
    def packed(files: dict[str, bytes]) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return target.getvalue()

    url = "https://www.cms.gov/exports/current_lcd.zip"
    desk.configure(
        f"- {{id: demo.lcds, kind: table, url: '{url}', every: 1d, name: DEMO, authority: CMS, "
        "key: [lcd_id, lcd_version], label: title, member: current_lcd_csv.zip/lcd.csv}"
    )

    def export(title: str) -> bytes:
        text = f'lcd_id,lcd_version,title,body\n39840,14,"{title}","{"x" * 200_000}"\n39841,2,"Caf\xe9",""\n'
        return packed({"readme_first.txt": b"DEMO", "current_lcd_csv.zip": packed({"lcd.csv": text.encode("cp1252")})})

    desk.serve(url, Response(body=export("DEMO one"), media_type="application/zip"))
    assert desk.verdict() == ("CHANGED", "baseline")
    desk.serve(url, Response(body=export("DEMO two"), media_type="application/zip"))
    assert desk.verdict() == ("CHANGED", "changed")
    (change,) = desk.changes()
    assert [d.key for d in change.change.differences] == ["39840 v14"]
    desk.serve(url, Response(body=packed({"other.csv": b"a,b\n"}), media_type="application/zip"))
    (source,) = desk.check()["sources"]
    assert source["verdict"] == "SUSPECT"
    assert "holds no file “current_lcd_csv.zip”; it holds other.csv" in source["reason"]


def test_no_child_is_started_and_not_even_loaded_while_no_document_comes(desk: Desk) -> None:
    url = "https://www.cms.gov/page"
    desk.configure(f"- {{id: demo.page, kind: prose, url: '{url}', every: 1d, name: DEMO, authority: DEMO}}")
    desk.serve(url, Response(body=b"<html><body><main><p>DEMO words</p></main></body></html>"))
    program = (
        "import sys\nfrom monitor.cli.main import run\n"
        f"code = run(['--config', {str(desk.settings)!r}, 'check', '--json'])\n"
        "print([name for name in sys.modules if 'sandbox' in name or 'pdf' in name], file=sys.stderr)\n"
        "raise SystemExit(code)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr.strip().splitlines()[-1]) == (0, "[]")
    assert json.loads(ran.stdout)["sources"][0]["verdict"] == "CHANGED"


def test_limits_hold_for_several_documents_at_once() -> None:
    from concurrent.futures import ThreadPoolExecutor

    opener = PdfOpener(Limits(memory_bytes=300 * 1024 * 1024, cpu_s=2, wall_s=10))

    def opened(body: bytes) -> str:
        try:
            return str(len(json.loads(opener.open(body))["pages"]))
        except Unreadable as fault:
            return fault.code

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(opened, [crafted.pages(3), crafted.busy(), crafted.pages(4)] * 2))
    assert outcomes == ["3", "pdf-stopped", "4"] * 2
