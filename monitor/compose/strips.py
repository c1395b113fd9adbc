"""What was cut out of a copy as noise, one line for each rule, so that no cut goes unseen."""

from collections.abc import Sequence

from monitor.compose.hostile import safe_line
from monitor.compose.wording import count
from monitor.model.snapshot import Strip

_WARNING_SHARE = 0.20


def strip_lines(strips: Sequence[Strip], before: Sequence[Strip] = ()) -> list[str]:
    """``selector .promo: 3 parts, 120 characters (2.4% of the text; 118 before)``; a rule that cuts a lot is marked.

    ``before``: what the rules cut of the copy before; a rule that cuts nothing any more is named too.
    """
    usual = {(strip.kind, strip.rule): strip for strip in before}
    lines = [_line(strip, usual.pop((strip.kind, strip.rule), None), known=bool(before)) for strip in strips]
    return lines + [f"{_name(strip)}: nothing any more ({_chars(strip.chars)} before)" for strip in usual.values()]


def _line(strip: Strip, usual: Strip | None, *, known: bool) -> str:
    then = f"; {usual.chars if usual else 0:,} before" if known else ""
    warning = ". A lot: look whether it hides what should be watched" if strip.share > _WARNING_SHARE else ""
    size = f"{count(strip.parts, 'part')}, {_chars(strip.chars)} ({strip.share:.1%} of the text{then})"
    return f"{_name(strip)}: {size}{warning}"


def _name(strip: Strip) -> str:
    return f"{strip.kind.value} {safe_line(strip.rule, 80)}"


def _chars(number: int) -> str:
    return count(number, "character")
