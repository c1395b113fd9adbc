"""Which passages of a long document are worth keeping: those that speak, by themselves, of what is watched."""

from monitor.assess.items import item_from_text
from monitor.assess.levels import judge_text
from monitor.assess.rules import Rules
from monitor.model.assessment import Level


def speaks(text: str, rules: Rules, *, least: Level = Level.MEDIUM) -> bool:
    """Whether a heading or paragraph is at least ``least`` by its own words, whatever document it stands in.

    The terms, their company, the confusables and the watched codes are those of every other assessment.
    """
    if not text:
        return False
    # No source: a source's floor lifts everything that stands in it, and would keep every passage.
    return judge_text(item_from_text("", text, ""), rules).level.rank >= least.rank
