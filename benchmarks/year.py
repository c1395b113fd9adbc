"""How much there would have been to read: real lists replayed week by week, each week's rows as one change.

    python benchmarks/year.py

FDA's devices of the list of March 2026 that were not on that of December 2024 and were decided since, by that day; and
the local coverage documents of the harvest of August 2025 that were updated in the year before, each as a new version.
Prints ACT a month and REVIEW a week for each and together; exits with 1 above 2 and 5. That none of those that matter
is missed is held by tests/assess/test_local_documents.py and test_real_lists.py.
"""

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from monitor.model.assessment import Tier  # noqa: E402 - a script run from anywhere
from monitor.model.difference import Difference, News  # noqa: E402
from tests.assess.samples import SHARED, added, judged, modified, record  # noqa: E402

Judged = tuple[date, Tier]
DEVICE_FIELDS = {
    "Date of Final Decision": "date",
    "Submission Number": "submission_number",
    "Device": "device",
    "Company": "company",
    "Panel (Lead)": "panel",
    "Primary Product Code": "product_code",
}


def rows_of(path: Path, encoding: str = "utf-8-sig") -> list[Mapping[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def day_of(written: str) -> date:
    month, day, year = written.split("/")
    return date(int(year), int(month), int(day))


def by_week(rows: Sequence[Mapping[str, str]], column: str) -> Iterator[tuple[date, list[Mapping[str, str]]]]:
    weeks: dict[date, list[Mapping[str, str]]] = defaultdict(list)
    for row in rows:
        on = day_of(row[column])
        weeks[on - timedelta(days=on.weekday())].append(row)
    yield from sorted(weeks.items())


def devices() -> Iterator[Judged]:
    old = rows_of(SHARED / "fda" / "2024-12_1016.csv", "cp1252")
    number = next(name for name in old[0] if name.strip().lower().startswith("submission"))
    held = {row[number].strip() for row in old}
    rows = rows_of(SHARED / "fda" / "2026-03_1430.csv")
    known = frozenset(row["Primary Product Code"] for row in rows if row["Submission Number"] in held)
    fresh = [row for row in rows if row["Submission Number"] not in held]
    fresh = [row for row in fresh if day_of(row["Date of Final Decision"]) >= date(2024, 12, 1)]
    for week, found in by_week(fresh, "Date of Final Decision"):
        records = [record(row["Submission Number"], {n: row[c] for c, n in DEVICE_FIELDS.items()}) for row in found]
        yield week, judged("fda.ai-devices", *map(added, records), known=known, today=week).tier
        known |= {row["Primary Product Code"] for row in found}


def local_documents() -> Iterator[Judged]:
    rows = rows_of(SHARED / "cms" / "2025-08-17_local_documents_3133.csv")
    end = date(2025, 8, 17)
    updated = [row for row in rows if timedelta() <= end - day_of(row["updated_on"]) < timedelta(365)]
    for week, found in by_week(updated, "updated_on"):
        for source_id, is_lcd in (("cms.lcds", True), ("cms.articles", False)):
            chosen = [row for row in found if (row["document_type"] == "LCD") is is_lcd]
            versions = [_new_version(row) for row in chosen]
            if versions:
                yield week, judged(source_id, *versions, news=News.MODIFIED, today=week).tier


def _new_version(row: Mapping[str, str]) -> Difference:
    fields = {name: value for name, value in row.items() if name not in {"url", "updated_on_sort", "document_id"}}
    after = record(f"{row['document_display_id']} v{row['document_version']}", fields)
    return modified(record(after.key, {**fields, "document_version": "0", "effective_date": "2024-01-01"}), after)


def tell(name: str, found: Sequence[Judged]) -> bool:
    """Prints the load; whether it lies within the aims."""
    weeks = ((max(week for week, _ in found) - min(week for week, _ in found)).days + 7) / 7
    tiers = Counter(tier for _, tier in found)
    acts = Counter(f"{week:%Y-%m}" for week, tier in found if tier is Tier.ACT)
    reviews = Counter(week for week, tier in found if tier is Tier.REVIEW)
    most_acts, most_reviews = max(acts.values(), default=0), max(reviews.values(), default=0)
    print(f"{name:<18}{weeks:4.0f} weeks: ACT {tiers[Tier.ACT]:3} (most {most_acts} a month), ", end="")
    print(
        f"REVIEW {tiers[Tier.REVIEW]:3} (most {most_reviews} a week), FYI {tiers[Tier.FYI]}, NOISE {tiers[Tier.NOISE]}"
    )
    return most_acts <= 2 and most_reviews <= 5


def main() -> int:
    fda, local = list(devices()), list(local_documents())
    within = [tell("FDA's devices", fda), tell("local documents", local), tell("both together", [*fda, *local])]
    print("within the aims: at most 2 ACT a month, 5 REVIEW a week" if all(within) else "above the aims")
    return 0 if all(within) else 1


if __name__ == "__main__":
    sys.exit(main())
