"""Telling in one go: what is due is sent, and what cannot be is a problem of which others are told at once."""

from collections.abc import Callable
from datetime import datetime

from monitor.pipeline.deliver import Deliverer, Told
from monitor.pipeline.problems import ProblemDesk


def tell(desk: ProblemDesk, deliverer: Deliverer, now: Callable[[], datetime]) -> tuple[Told, ...]:
    """Sends what is due. When a delivery died of it, or its receiver is gone, others are told so in the same go."""
    return deliverer.run(given_up=lambda: desk.review(now()))
