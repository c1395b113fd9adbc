"""The installation's own state as problems: a damaged record, a full disk, a backup that failed, faulty rule files."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from monitor.model.errors import Problem
from monitor.model.ids import SourceId
from monitor.model.problem import BACKUPS, DISK, RECORD, RULES, BackupTried, Finding, Trouble, Verification

ROOM = 0.05
"""The share of the disk that must be free. With less nothing is fetched; what is due is still told."""

ENOUGH_ROOM = 0.06
"""With so much free it is mended: a disk that hovers about the limit is one problem, and not many."""


def find_ailments(
    verified: Verification | None,
    backup: BackupTried | None,
    free_share: float,
    rule_faults: Sequence[Problem],
    now: datetime,
    open_places: Collection[SourceId],
) -> Iterator[Finding]:
    """What is wrong now. ``verified``: the newest reading of all of the record; ``backup``: the newest that was tried,
    None where none are made; ``rule_faults``: of the files as they lie; ``open_places``: what has problems open.
    """
    if verified is not None and verified.faults:
        number = "one fault was" if verified.faults == 1 else f"{verified.faults:,} faults were"
        reason = f"When all of the record was read on {verified.at:%Y-%m-%d}, {number} found: {verified.first}"
        yield Finding(source_id=RECORD, trouble=Trouble.DAMAGED, code="verification", reason=reason, since=verified.at)
    if backup is not None and backup.fault:
        reason = (
            f"The backup of {backup.at:%Y-%m-%d} was not made: {backup.fault} It is tried again each hour; until one "
            "is made, what happens to the disk happens to the record."
        )
        yield Finding(source_id=BACKUPS, trouble=Trouble.UNSAVED, code="backup", reason=reason, since=backup.at)
    if free_share < (ENOUGH_ROOM if DISK in open_places else ROOM):
        reason = (
            f"Less than {ROOM:.0%} of the disk that holds the database was free ({free_share:.1%} when last looked "
            "at). Nothing is fetched until there is more; what is due is still told."
        )
        yield Finding(source_id=DISK, trouble=Trouble.FULL, code="disk", reason=reason, since=now)
    if rule_faults:
        others = len(rule_faults) - 1
        more = f" (and {others:,} more fault{'s' if others > 1 else ''})" if others else ""
        reason = f"{rule_faults[0]}{more}. Until it is mended, changes are judged by the rules of before."
        yield Finding(source_id=RULES, trouble=Trouble.UNSOUND, code="rules", reason=reason, since=now)
