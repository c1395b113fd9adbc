"""Which passages of a long document are worth keeping: those that speak, by themselves, of what is watched."""

from collections.abc import Sequence

from monitor.assess.assess import judge_item
from monitor.assess.items import item_from_difference, item_from_text
from monitor.assess.levels import judge_text
from monitor.assess.rules import Rules
from monitor.model.assessment import Level
from monitor.model.difference import Difference
from monitor.model.ids import SourceId


def speaks(text: str, rules: Rules, *, least: Level = Level.MEDIUM) -> bool:
    """Whether a heading or paragraph is at least ``least`` by its own words, whatever document it stands in.

    The terms, their company, the confusables and the watched codes are those of every other assessment.
    """
    if not text:
        return False
    # No source: a source's floor lifts everything that stands in it, and would keep every passage.
    return judge_text(item_from_text("", text, ""), rules).level.rank >= least.rank


def gravest(
    differences: Sequence[Difference], source_id: SourceId, rules: Rules, *, most: int, least: Level = Level.MEDIUM
) -> tuple[tuple[Difference, ...], int]:
    """Of a document's parts those that are at least ``least`` by themselves, in the given order: the ``most`` gravest
    of them, and how many there are in all.
    """
    known = rules.listed_product_codes
    levels = [
        judge_item(item_from_difference(d, source_id), rules, known_product_codes=known).level for d in differences
    ]
    telling = [place for place, level in enumerate(levels) if level.rank >= least.rank]
    kept = sorted(sorted(telling, key=lambda place: (-levels[place].rank, place))[:most])
    return tuple(differences[place] for place in kept), len(telling)
