"""Telling in one go: what is due is sent, and what cannot be is a problem of which others are told at once."""

from collections.abc import Callable
from datetime import datetime

from monitor.model.delivery import Refused
from monitor.pipeline.deliver import Deliverer, Told, is_over
from monitor.pipeline.problems import ProblemDesk


def tell(desk: ProblemDesk, deliverer: Deliverer, now: Callable[[], datetime]) -> tuple[Told, ...]:
    """Sends what is due. When a delivery died of it, or its receiver is gone, others are told so in the same go."""
    told = deliverer.run()
    if any(isinstance(one.outcome, Refused) and is_over(one) for one in told):
        desk.review(now())
        told += deliverer.run()
    return told
