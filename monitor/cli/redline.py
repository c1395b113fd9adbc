"""How ``show`` and ``compare`` write a redline: as text, as one HTML file, or as JSON."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from monitor.cli.output import write_json
from monitor.config import read_templates
from monitor.model.errors import UsageError
from monitor.model.redline import Redline

if TYPE_CHECKING:
    from monitor.compose.redlines import Caption, View

VIEWS: "dict[str, View]" = {"redline": "redline", "before": "before", "after": "after"}

Command = TypeVar("Command", bound=Callable[..., object])


def redline_options(command: Command) -> Command:
    """``--redline``, ``--format`` and ``--view``, handed on as ``redline``, ``form`` and ``view``."""
    formats = click.Choice(["text", "html", "json"])
    for option in (
        click.option("--view", type=click.Choice(list(VIEWS)), help="With --redline: one clean copy instead of both."),
        click.option("--format", "form", type=formats, help="With --redline: text (default), html or json."),
        click.option("--redline", is_flag=True, help="Word by word what was taken out and put in."),
    ):
        command = option(command)
    return command


def refuse_stray(*, redline: bool, form: str | None, view: str | None, as_json: bool) -> None:
    """Raises UsageError for options that mean something together only."""
    if not redline and (form or view):
        raise UsageError(f"--{'format' if form else 'view'} belongs to --redline; add --redline, or leave it out.")
    if redline and as_json:
        raise UsageError("--json has no redline; write --redline --format json.")


def write_redline(
    redline: Redline, caption: "Caption", *, form: str | None, view: str | None, everything: bool = False
) -> None:
    """Writes to stdout."""
    shown = VIEWS[view or "redline"]
    if form == "json":
        write_json("cmaa-monitor.redline.v1", _body(redline, caption))
        return
    # Imported here: the JSON form needs none of it.
    from monitor.compose.redlines import render_redline_html, render_redline_text

    if form == "html":
        _write_html(render_redline_html(redline, caption, read_templates(), view=shown))
    else:
        print(render_redline_text(redline, caption, view=shown, everything=everything))


def _write_html(page: str) -> None:
    """UTF-8 whatever the terminal speaks, as the page itself says."""
    raw = getattr(sys.stdout, "buffer", None)
    if raw is None:
        sys.stdout.write(page)
        return
    sys.stdout.flush()
    raw.write(page.encode("utf-8"))
    raw.flush()


def _body(redline: Redline, caption: "Caption") -> dict[str, object]:
    return {
        "demo": caption.demo,
        "title": caption.title,
        "source": caption.source,
        "official_url": caption.official_url,
        "notes": list(caption.notes),
        "counts": redline.counts(),
        "clean_before": list(redline.before()),
        "clean_after": list(redline.after()),
        "pieces": [
            {
                "kind": piece.kind.value,
                "headings": list(piece.headings),
                "field": piece.field or None,
                "move": piece.move,
                "spans": [{"kind": span.kind, "text": span.text} for span in piece.spans],
            }
            for piece in redline.pieces
        ],
    }
