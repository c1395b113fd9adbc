"""Which reasons are told one by one, which as one line, and how many: the reader has minutes."""

from collections.abc import Sequence

from msgspec.structs import replace

from monitor.model.assessment import Level, Reason

MAX_REASONS = 12
"""Reasons told one by one; a line counts the rest."""

MAX_TOLD = 40
"""Every autonomous device and every new product code is told, even beyond ``MAX_REASONS``, up to this many reasons."""

ROUTINE = "routine-device"
NEW_CODE = "new-product-code:"
_DEVICE_TYPE = "product-code:"
_ONE_LINE = ("floor:", "source-floor")


def shown_reasons(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """The reasons of a whole Change, highest first, short enough to read.

    1. What repeats itself becomes one line: routine rows, a new product code of several devices, a source's floor.
    2. The first ``MAX_REASONS`` are told, every autonomous device and every new product code; a last line counts the
       rest.
    """
    if len(reasons) < 2:
        return tuple(reasons)
    ordered = sorted(reasons, key=lambda reason: (-reason.level.rank, not _must_be_told(reason)))
    single = _gathered(ordered)
    last = max((i + 1 for i, reason in enumerate(single) if _must_be_told(reason)), default=0)
    told = single[: max(MAX_REASONS, min(last, MAX_TOLD))]
    rest = len(single) - len(told)
    if not rest:
        return tuple(told)
    first = single[len(told)]
    text = f"and {rest} more reason{'s' if rest > 1 else ''} of level {first.level} or lower"
    return (*told, replace(first, rule="more", text=text))


def _must_be_told(reason: Reason) -> bool:
    return reason.rule.startswith(NEW_CODE) or (
        reason.rule.startswith(_DEVICE_TYPE) and reason.level.rank >= Level.HIGH.rank
    )


def _gathered(ordered: Sequence[Reason]) -> list[Reason]:
    """One reason for each that says the same of several items, with their number."""
    groups: dict[tuple[str, ...], list[Reason]] = {}
    for reason in ordered:
        groups.setdefault(_sameness(reason), []).append(reason)
    return [group[0] if len(group) == 1 else _counted(group) for group in groups.values()]


def _sameness(reason: Reason) -> tuple[str, ...]:
    if reason.rule == ROUTINE or reason.rule.startswith((NEW_CODE, *_ONE_LINE)):
        return (reason.rule, reason.level)
    return (reason.rule, reason.level, reason.text)  # the same sentence of several items


def _counted(group: Sequence[Reason]) -> Reason:
    first, others = group[0], len(group) - 1
    if first.rule == ROUTINE:
        return replace(first, text=f"{len(group)} routine rows, such as: {first.text}")
    return replace(first, text=f"{first.text} (and {others} more item{'s' if others > 1 else ''})")
