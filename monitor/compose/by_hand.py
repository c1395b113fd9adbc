"""The mark of a copy saved by hand: who saved it and when, in the same words wherever it is shown."""

from monitor.compose.hostile import safe_line
from monitor.compose.wording import moment
from monitor.model.hand import HandSaved

MARK = "hand-saved"


def last_seen(hand: HandSaved, time_zone: str) -> str:
    """``last seen by hand on Fri Nov 20, 2026, 2:05 PM ET by KL``."""
    return f"last seen by hand on {moment(hand.taken_at, time_zone)} by {safe_line(hand.by, 80)}"


def mark(hand: HandSaved, time_zone: str) -> str:
    """``hand-saved copy, taken Fri Nov 20, 2026, 2:05 PM ET by KL from https://...``."""
    where = f" from {safe_line(hand.url, 200)}" if hand.url else ""
    return f"{MARK} copy, taken {moment(hand.taken_at, time_zone)} by {safe_line(hand.by, 80)}{where}"
