"""The door to vetting: one ruling on a response before it is read, one on what was read from it."""

from datetime import date

from monitor.model.capture import Capture
from monitor.model.snapshot import Snapshot
from monitor.model.source import Contract
from monitor.model.verdict import Ruling

# The rules are imported when first asked: most checks bring the very bytes that were vetted before.


def judge_response(capture: Capture, contract: Contract) -> Ruling | None:
    """Rules on one response before it is parsed; None: nothing speaks against it. Never fails, whatever the bytes."""
    from monitor.compare import responses

    return responses.judge_response(capture, contract)


def judge_snapshot(
    snapshot: Snapshot, baseline: Snapshot | None, contract: Contract, *, sliding: bool, today: date | None = None
) -> Ruling | None:
    """Rules on what was read from one copy (see ``contents``); None: it may be believed."""
    from monitor.compare import contents

    return contents.judge_snapshot(snapshot, baseline, contract, sliding=sliding, today=today)
