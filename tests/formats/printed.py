"""PDF documents printed for the tests: grids like those of Panel actions, and prose. All words are invented."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reportlab.lib import colors
from reportlab.lib.pagesizes import landscape, letter
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from monitor.formats.pdf import Layout, read_layout
from monitor.sandbox.pdf import PdfOpener

STYLES: Final = getSampleStyleSheet()
BODY: Final = STYLES["BodyText"]
HEADER: Final = ("Tab #", "Title of Request", "Description of Request", "Description of Panel Action")
GRID_WIDTHS: Final = (45, 150, 270, 220)


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a grid is printed. ``split``: rows may go on over the end of a page."""

    ruled: bool = True
    middle: bool = False
    split: bool = False
    header: Sequence[str] = HEADER
    widths: Sequence[float] = GRID_WIDTHS
    centred_header: bool = False
    preamble: Sequence[str] = ("CPT Editorial Panel Summary of Panel Actions, May 2026",)
    footer: str = "DEMO summary      Page {page}"


def printed(story: Sequence[Any], footer: str = "", header: str = "", **template: Any) -> bytes:
    """The story set on letter paper. ``{page}`` in footer and header is the page's number."""

    def edges(canvas: Any, document: Any) -> None:
        canvas.setFont("Helvetica", 8)
        height = document.pagesize[1]
        canvas.drawString(60, 24, footer.format(page=document.page))
        canvas.drawString(60, height - 30, header.format(page=document.page))

    target = io.BytesIO()
    document = SimpleDocTemplate(target, **{"pagesize": letter, "invariant": 1, **template})
    document.build(list(story), onFirstPage=edges, onLaterPages=edges)
    return target.getvalue()


def grid(rows: Sequence[Sequence[str]], style: Style | None = None) -> bytes:
    """A grid under its preamble, as many pages as it takes; the header stands on each."""
    style = style or Style()
    head_style = ParagraphStyle("head", parent=BODY, fontName="Helvetica-Bold", alignment=int(style.centred_header))
    cells = [[Paragraph(text, head_style) for text in style.header]]
    cells += [[Paragraph(text, BODY) for text in row] for row in rows]
    table = Table(cells, colWidths=list(style.widths), repeatRows=1, splitInRow=int(style.split))
    commands: list[Any] = [("VALIGN", (0, 0), (-1, -1), "MIDDLE" if style.middle else "TOP")]
    if style.ruled:
        commands.append(("GRID", (0, 0), (-1, -1), 0.5, colors.black))
    table.setStyle(commands)
    title, *rest = style.preamble
    story = [Paragraph(title, STYLES["Title"]), *(Paragraph(text, BODY) for text in rest), Spacer(1, 8), table]
    return printed(story, footer=style.footer, pagesize=landscape(letter))


def drawn(draw: Callable[[Canvas], None], size: tuple[float, float] = (600, 800), password: str = "") -> bytes:
    """One page (or more, by ``showPage``) as ``draw`` puts it on the canvas."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=size, invariant=1, encrypt=StandardEncryption(password) if password else None)
    draw(canvas)
    canvas.save()
    return target.getvalue()


def laid_out(body: bytes) -> Layout:
    """The document as the real sandbox and reader lay it out."""
    return read_layout(PdfOpener().open(body))
