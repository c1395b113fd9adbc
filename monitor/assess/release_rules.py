"""When Category III codes come into effect where the text that releases them names the release only.

AMA, Category III codes: released on 1 January or 1 July, in effect six months later. A release slips by some days
(that of January 2023 came on 2022-12-29, that of January 2024 in the middle of the month); the day counted from is the
one it is set for.
"""

import re
from collections.abc import Sequence
from datetime import MAXYEAR, date, timedelta
from typing import Final

from monitor.assess.folding import fold
from monitor.assess.items import Item
from monitor.assess.windows import months_on
from monitor.model.assessment import Basis, DateKind, LegalDate

RULE: Final = "AMA, Category III codes: in effect six months after their release of 1 January or 1 July"

_EARLY: Final = timedelta(days=10)
_LATE: Final = timedelta(days=20)
_WATCHED_CHARS: Final = 20_000
_CATEGORY_III = re.compile(r"\bcategory (?:iii|3)\b|\b\d{4}t\b")
_OTHER = re.compile(r"\bcategory (?:i|ii|1|2)\b|\b\d{4}[um]\b|\b(?:pla|maaa)\b|\bappendix s\b")


def effective_of_release(item: Item, stated: Sequence[LegalDate]) -> LegalDate | None:
    """The day from which Category III codes count that the item releases; None where it states one, names no such
    release, or speaks of codes of another kind too. ``stated``: the dates that it states.
    """
    releases = [one for one in stated if one.kind is DateKind.RELEASE]
    if not item.source_id.startswith("ama") or not releases or len(releases) > 1:
        return None
    if any(one.kind is DateKind.EFFECTIVE for one in stated):
        return None
    lower = fold(item.text[:_WATCHED_CHARS]).lower
    if not _CATEGORY_III.search(lower) or _OTHER.search(lower):
        return None
    (released,) = releases
    set_for = _set_for(released.on)
    if set_for is None:
        return None
    return LegalDate(
        kind=DateKind.EFFECTIVE,
        on=months_on(set_for, 6),
        basis=Basis.COMPUTED,
        ground=f"{RULE}, counted from {set_for.isoformat()}; the release stated: {released.ground}",
        key=item.key,
    )


def _set_for(released: date) -> date | None:
    """The first of January or July for which a release of that day was set."""
    if released.year == MAXYEAR:  # a list's way to say never; no calendar goes on from there
        return None
    days = (date(released.year + later, month, 1) for later in (0, 1) for month in (1, 7))
    return next((day for day in days if -_EARLY <= released - day <= _LATE), None)
