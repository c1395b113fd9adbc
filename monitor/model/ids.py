"""Names for the strings that identify things, so that mypy refuses one where another is due."""

from typing import NewType

SourceId = NewType("SourceId", str)
"""Dotted, lower case: ``fda.ai-devices``; a document behind a list is ``payer.list/mol.ts.194.a``."""

ChangeId = NewType("ChangeId", str)
"""``CH-2026-0147``: year of first sight, then a running number within that year."""

DigestId = NewType("DigestId", str)
"""``DG-2026-47``: ISO year and week of the period's first day."""

DeliveryId = NewType("DeliveryId", str)
"""``dlv_`` and 26 characters; stable over every retry, so a receiver can tell a repeat."""

ProblemId = NewType("ProblemId", str)
"""``PB-2026-0012``: year of opening, then a running number within that year."""

Sha256 = NewType("Sha256", str)
"""64 lower-case hexadecimal digits."""

RecordKey = NewType("RecordKey", str)
"""The regulator's own identifier of one row: a submission number, ``L39840 v14``, a document number."""

ClusterId = NewType("ClusterId", str)
"""``CL-2026-0061``: year of the first sight of the event, then a running number within that year."""
