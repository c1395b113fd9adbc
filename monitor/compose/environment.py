"""The two Jinja2 environments: one escapes for HTML, one is for plain text. Templates come in as texts, not files."""

import re
import textwrap
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from monitor.compose.hostile import safe_block
from monitor.compose.wording import capital, sentence

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment

TEXT_WIDTH = 72

# A time of day and a day of the month stay on one line: "7:04 AM ET", "Nov 18".
_TIME = re.compile(r"\d:\d\d [AP]M \S+|\b[A-Z][a-z]{2} \d{1,2}\b")
_BOUND = "\xa0"
_ONE_PIECE = re.compile(
    r"\b(?:[A-Z]{1,5}-[A-Z0-9-]{0,12}\d[A-Z0-9]{0,8}|\d{1,2}:\d\d [AP]M [A-Z]{2,5}|[A-Z][a-z]{2} \d{1,2}, \d{4}"
    r"|\d{4}-\d\d-\d\d|cmaa-monitor|import-copy)\b|(?<= )--[a-z-]+\b"
)
"""Ids, times, days and the words of a command."""

_BLANK_LINES = re.compile(r"\n{3,}")

Templates: TypeAlias = "Mapping[str, str] | BaseLoader"
"""Template texts by name (``digest.html``), or a Jinja2 loader."""


def text_environment(templates: Templates) -> "Environment":
    """For ``*.txt``: nothing is escaped; the filters ``wrap`` and ``row`` lay out lines of at most 72 columns."""
    return _environment(templates, escape=False)


def html_environment(templates: Templates) -> "Environment":
    """For ``*.html``: everything is escaped, whatever the template is called."""
    return _environment(templates, escape=True)


def render(environment: "Environment", name: str, **values: object) -> str:
    """The template filled in, without any invisible character but line breaks. An unknown name in it raises."""
    page = safe_block(environment.get_template(name).render(**values))
    return _BLANK_LINES.sub("\n\n", page).strip() + "\n"


def wrap(text: str, first: str = "", rest: str | None = None) -> str:
    """Folded at 72 columns: ``first`` leads the first line and ``rest`` (default: as many spaces) the others."""
    indent = " " * len(first) if rest is None else rest
    bound = _TIME.sub(lambda time: time.group().replace(" ", _BOUND), text)
    folded = textwrap.fill(
        bound,
        TEXT_WIDTH,
        initial_indent=first,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,  # an id or an address is never cut
    )
    return folded.replace(_BOUND, " ") or first.rstrip()


def row(cells: Sequence[str], widths: Sequence[int]) -> str:
    """One row of a plain table, indented by two; the first cell folds, the others keep their length."""
    folded = textwrap.wrap(cells[0], widths[0]) or [""]
    lines = ["  " + " ".join(cell.ljust(width) for cell, width in zip([folded[0], *cells[1:]], widths, strict=True))]
    return "\n".join(line.rstrip() for line in [*lines, *(f"    {rest}" for rest in folded[1:])])


def whole(text: str) -> str:
    """For HTML: escaped, and with every id, day and time in one piece, wherever the line ends."""
    from markupsafe import Markup, escape

    return Markup(_ONE_PIECE.sub(r'<span class="id">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped before


def _environment(templates: Templates, *, escape: bool) -> "Environment":
    if isinstance(templates, Mapping):
        return _made_once(tuple(sorted(templates.items())), escape=escape)
    return _made(templates, escape=escape)


@lru_cache(maxsize=8)
def _made_once(templates: tuple[tuple[str, str], ...], *, escape: bool) -> "Environment":
    """The same templates share an environment: to compile them takes a hundred times as long as to fill them in."""
    # Imported here, as jinja2 takes longer to load than the commands that render nothing take in all.
    from jinja2 import DictLoader

    return _made(DictLoader(dict(templates)), escape=escape)


def _made(loader: "BaseLoader", *, escape: bool) -> "Environment":
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        loader=loader,
        autoescape=escape,  # noqa: S701 - plain text has nothing to escape; html_environment says True
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"sentence": sentence, "upper_first": capital, "wrap": wrap, "row": row, "whole": whole}
    return environment
