"""Recipients who cannot be told, as problems: one for each recipient, however many tellings are concerned."""

from collections.abc import Iterator, Sequence

from monitor.model.delivery import Unreached
from monitor.model.problem import Finding, Trouble, subscriber_place


def find_unreached(unreached: Sequence[Unreached]) -> Iterator[Finding]:
    """What is wrong with each recipient. The code: ``suspended``, ``dead-letters`` or ``failing``."""
    seen: set[str] = set()
    for one in unreached:
        if one.recipient_id not in seen:
            seen.add(one.recipient_id)
            yield Finding(
                source_id=subscriber_place(one.recipient_id),
                trouble=Trouble.UNREACHED,
                code="suspended" if one.suspended else ("dead-letters" if one.dead else "failing"),
                reason=reason_of(one),
                since=one.since,
            )


def reason_of(one: Unreached) -> str:
    """What has happened, and what becomes of what is to be told."""
    if one.suspended:
        return (
            f"Nothing is sent to {one.recipient_id} over {one.channel} any more: {one.reason}. What there is to tell "
            "waits and nothing is lost, but nobody reads it there: see who else should be told."
        )
    if one.dead:
        who = f"{one.recipient_id} over {one.channel}"
        return f"{_n(one.dead)} to {who} could not be made and is not tried again: {one.reason}. All of it is kept."
    return (
        f"{one.recipient_id} has not been reached over {one.channel} for hours: {one.reason}. {_n(one.waiting)} "
        "waiting in order, to be tried again by schedule."
    )


def _n(number: int) -> str:
    return "1 delivery" if number == 1 else f"{number:,} deliveries"
