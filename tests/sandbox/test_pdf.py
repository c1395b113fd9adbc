"""Hostile and broken PDF documents: bounded, and refused with a sentence a person understands."""

import json
import os
from pathlib import Path
from time import monotonic

import pytest

from monitor.model.errors import Unreadable
from monitor.sandbox.confined import Limits
from monitor.sandbox.pdf import PdfOpener
from tests.formats import crafted
from tests.formats.printed import drawn, grid

SMALL = Limits(memory_bytes=300 * 1024 * 1024, cpu_s=2, wall_s=8)


def refusal(body: bytes, limits: Limits = SMALL) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        PdfOpener(limits).open(body)
    return caught.value


def test_a_document_comes_back_as_lines_with_places() -> None:
    told = json.loads(PdfOpener().open(drawn(lambda canvas: canvas.drawString(50, 700, "DEMO tab 646X1X"))))
    ((width, height, lines, rules),) = told["pages"]
    ((baseline, size, bold, text, places),) = lines
    assert (width, height, baseline, size, bold, text, rules) == (6000, 8000, 1000, 120, 0, "DEMO tab 646X1X", [])
    assert places[0] == 500
    assert places == sorted(places)
    assert len(places) == 6


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_page_is_read_as_it_is_shown_and_a_watermark_is_not(turned: int) -> None:
    def draw(canvas: object) -> None:
        canvas.setPageRotation(turned)  # type: ignore[attr-defined]
        # The paper is swapped along with a quarter turn, so the page as shown is 600 by 800 always.
        move = {0: (0, 0), 90: (800, 0), 180: (600, 800), 270: (0, 600)}[turned]
        canvas.translate(*move)  # type: ignore[attr-defined]
        canvas.rotate(turned)  # type: ignore[attr-defined]
        canvas.drawString(50, 700, "upright words")  # type: ignore[attr-defined]
        canvas.line(40, 690, 300, 690)  # type: ignore[attr-defined]
        canvas.rotate(45)  # type: ignore[attr-defined]
        canvas.drawString(400, 100, "DRAFT")  # type: ignore[attr-defined]

    ((width, height, lines, rules),) = json.loads(PdfOpener().open(drawn(draw)))["pages"]
    assert (width, height) == (6000, 8000)
    assert [(line[0], line[3], line[4][0]) for line in lines] == [(1000, "upright words", 500)]
    assert rules == [[400, 1100, 3000, 1100]]


def test_a_document_that_draws_itself_for_ever_is_stopped() -> None:
    start = monotonic()
    fault = refusal(crafted.loop())
    assert fault.code in {"pdf-stopped", "pdf-crashed"}
    assert fault.reason.endswith(("stopped.", "given up."))
    assert monotonic() - start < 20


def test_a_document_that_takes_too_long_is_stopped() -> None:
    fault = refusal(crafted.busy())
    assert fault.code == "pdf-stopped"
    assert "more than 2 seconds" in fault.reason


def test_a_document_that_unpacks_to_gigabytes_is_stopped() -> None:
    body = crafted.bomb(600)
    assert len(body) < 2_000_000
    fault = refusal(body)
    assert fault.code in {"pdf-stopped", "pdf-crashed"}
    assert "300 MB" in fault.reason or "2 seconds" in fault.reason


def test_ten_thousand_pages_are_refused_before_the_first_is_read() -> None:
    assert json.loads(PdfOpener(SMALL).open(crafted.pages(10_000))) == {"fault": "pages", "pages": 10_000}


def test_a_password_is_said_to_be_the_reason() -> None:
    locked = drawn(lambda canvas: canvas.drawString(50, 700, "secret"), password="DEMO")
    assert json.loads(PdfOpener(SMALL).open(locked)) == {"fault": "encrypted", "pages": 0}


def test_half_a_document_was_cut_short() -> None:
    whole = grid([(str(n), "DEMO", "words", "Accepted") for n in range(30)])
    fault = refusal(whole[: len(whole) // 2])
    assert (fault.code, fault.reason) == ("truncated", "The PDF document has no end; it was cut short on its way.")


@pytest.mark.parametrize("body", [b"%PDF-1.7\n%%EOF", b"%PDF-1.4\n" + bytes(range(256)) * 9 + b"%%EOF"])
def test_what_is_no_document_at_all_is_damaged(body: bytes) -> None:
    assert json.loads(PdfOpener(SMALL).open(body))["fault"] == "damaged"


def test_where_no_child_can_be_started_the_reader_is_told_that_the_fault_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "no-python-here"))
    fault = refusal(crafted.pages(1))
    assert (fault.code, "on this machine" in fault.reason) == ("sandbox", True)


def test_a_machine_that_can_open_documents_has_no_ailment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert PdfOpener().ailment() is None
    monkeypatch.setattr("sys.executable", str(tmp_path / "no-python-here"))
    assert "on this machine" in (PdfOpener().ailment() or "")


def test_no_child_outlives_its_document() -> None:
    for body in (crafted.pages(1), crafted.loop(), b"%PDF-1.7\n%%EOF"):
        try:
            PdfOpener(SMALL).open(body)
        except Unreadable:
            continue
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
