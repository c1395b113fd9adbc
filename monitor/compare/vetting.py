"""The door to vetting: one ruling on a response before it is read, one on what was read from it."""

from monitor.compare.contents import judge_snapshot
from monitor.compare.responses import UNPROVEN, judge_response

__all__ = ["UNPROVEN", "judge_response", "judge_snapshot"]
