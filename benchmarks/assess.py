"""`cmaa-monitor assess ITEMS.jsonl --json` on real items: items a CPU second on one core, and peak memory.

    python benchmarks/assess.py [--items 100000] [--data FOLDER]

1. The items are those of the real lists beside the checkout, each as long as it is there, in the proportions in which
   they are there: 3,133 local coverage documents, FDA's 1,430 devices, 962 documents of the Federal Register and 100 of
   its public inspection desk, orders on AI devices with their abstracts, and the labelled items, a third of them prose.
2. There are more items than real ones, so each comes again otherwise: its sentences begin with another one, and its
   title carries the number of the round. No two items are alike; nothing can be remembered of one for the next.
3. The command itself is run, start, reading and writing included, on a tenth of the items and on all; then on each
   kind by itself. CPU seconds, as the machine may be shared; exits with 1 when the mixture is below the aim.
"""

import argparse
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA = HERE.parent.parent / "shared" / "data"
AIM = 5_000
SHARE = 5
"""Each kind by itself is judged so many times fewer items than the mixture."""

Items = Sequence[Mapping[str, str]]
_SENTENCES = re.compile(r"(?<=[.;!?])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run of the command took."""

    items: int
    cpu_s: float
    peak_mib: float

    @property
    def rate(self) -> float:
        return self.items / self.cpu_s


def coverage_documents(data: Path) -> Iterator[dict[str, str]]:
    with (data / "cms" / "2025-08-17_local_documents_3133.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            by = " ".join(row["contractor_name_type"].split())
            number = f"{row['document_type']} {row['document_display_id']}. {row['title']}. {by}."
            days = f"Version {row['document_version']}. Effective {row['effective_date']}. Updated {row['updated_on']}."
            yield {"source": "cms-mcd", "title": row["title"], "text": f"{number} {days}", "url": row["url"]}


def devices(data: Path) -> Iterator[dict[str, str]]:
    with (data / "fda" / "2026-03_1430.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            date, number, *rest = row.items()
            text = "; ".join((f"{date[0]} {date[1]}", f"{number[0]} {number[1]}", *(f"{n}: {v}" for n, v in rest)))
            yield {"source": "fda-list", "title": row["Device"], "text": text, "url": ""}


def federal_register(data: Path) -> Iterator[dict[str, str]]:
    for name in ("documents_search_962", "public_inspection"):
        file = data / "cms" / f"federal_register_2020-08-12_{name}.jsonc"
        for one in json.loads(file.read_text(encoding="utf-8"))["results"]:
            agencies = ", ".join(agency["name"] for agency in one["agencies"])
            told = (one["toc_doc"], one["type"], agencies, one["publication_date"], one.get("citation"))
            title = one["title"] or one.get("subject_1") or one["toc_doc"] or "untitled"
            yield {"source": "fr", "title": title, "text": ". ".join(filter(None, told)), "url": one["html_url"] or ""}
    file = data / "fda" / "federal_register_ai_device_docs.json"
    for one in json.loads(file.read_text(encoding="utf-8")):
        yield {"source": "fr", "title": one["title"], "text": one["abstract"] or "", "url": one["html_url"]}


def labelled(data: Path) -> Iterator[dict[str, str]]:
    for line in (data / "ama" / "labelled_dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield {name: row[name] for name in ("source", "title", "text", "url", "date")}


KINDS = {
    "coverage documents": coverage_documents,
    "devices": devices,
    "Federal Register": federal_register,
    "labelled items": labelled,
}


def mixed(pools: Sequence[Items]) -> Items:
    """All items, those of each kind spread evenly among the others."""
    placed = ((number / len(pool), item) for pool in pools for number, item in enumerate(pool))
    return [item for _, item in sorted(placed, key=lambda pair: pair[0])]


def write_items(pool: Items, count: int, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number, item in enumerate(islice(cycle(pool), count)):
            turn = number // len(pool)
            sentences = _SENTENCES.split(item["text"])
            at = turn % len(sentences)
            other = {"title": f"{item['title']} {turn}", "text": " ".join((*sentences[at:], *sentences[:at]))}
            print(json.dumps({**item, "id": str(number), **other}, ensure_ascii=False), file=file)


def run(path: Path, items: int) -> Run:
    """Judges the file with the command; its CPU seconds and peak memory are those the system counted."""
    command = [sys.executable, "-m", "monitor", "--config", str(HERE.parent / "sources.yaml"), "assess", str(path)]
    with subprocess.Popen([*command, "--json"], cwd=HERE.parent, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        lines, peak = 0, 0.0
        for lines, _ in enumerate(process.stdout, start=1):
            peak = peak_mib(process.pid) if lines % 1_000 == 1 else peak
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or lines != items:
        raise SystemExit(f"the command failed: exit code {process.returncode}, {lines} lines for {items} items")
    return Run(items=items, cpu_s=used.ru_utime + used.ru_stime, peak_mib=peak)


def peak_mib(process_id: int) -> float:
    """As the system keeps it of the program itself; what it counts at the end holds the size of this one too."""
    status = Path(f"/proc/{process_id}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def judged(pool: Items, items: int) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "items.jsonl")
        write_items(pool, items, path)
        return run(path, items)


def main() -> int:
    parser = argparse.ArgumentParser(description="Judges real items with the command.")
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--data", type=Path, default=DATA)
    options = parser.parse_args()
    pools = {name: [*read(options.data)] for name, read in KINDS.items()}
    mixture = mixed([*pools.values()])
    tenth, whole = judged(mixture, options.items // 10), judged(mixture, options.items)
    print(f"{'':20} {'real':>6} {'characters':>10} {'judged':>8} {'a CPU s':>8} {'peak MiB':>8}")
    for name, pool, one in (("the mixture, a tenth", mixture, tenth), ("the mixture", mixture, whole)):
        print(line(name, pool, one))
    for name, pool in pools.items():
        print(line(name, pool, judged(pool, options.items // SHARE)))
    return 0 if whole.rate >= AIM else 1


def line(name: str, pool: Items, one: Run) -> str:
    chars = sum(len(item["title"]) + len(item["text"]) for item in pool) / len(pool)
    return f"{name:20} {len(pool):6,} {chars:10.0f} {one.items:8,} {one.rate:8,.0f} {one.peak_mib:8.0f}"


if __name__ == "__main__":
    sys.exit(main())
