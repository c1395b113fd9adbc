"""How fast a grid of 60 pages is read, beside pypdf and pdfminer.six in the same run, and what starting a child costs.

    python benchmarks/pdf.py [--runs 5] [--peers DIR]

Ours is everything: child, limits, layout, rows with exact cells. Theirs is only the text of each page, in a process
that has already loaded them. They are installed from PyPI into an environment of their own (DIR, else a
temporary one). Quote the ratio.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from monitor.formats.pdf import read_layout
from monitor.formats.pdf_grid import read_grid
from monitor.sandbox.pdf import PdfOpener
from tests.formats import crafted
from tests.formats.printed import HEADER, grid

ASKED = "Add code 646X1X to report the analysis of images by software alone, with its result given to the clinician. "
THEIRS = """
import sys, time
def pypdf(path):
    from pypdf import PdfReader
    return sum(len(page.extract_text()) for page in PdfReader(path).pages)
def pdfminer(path):
    from pdfminer.high_level import extract_text
    return len(extract_text(path))
read = {"pypdf": pypdf, "pdfminer.six": pdfminer}[sys.argv[1]]
read(sys.argv[3])
start = time.perf_counter()
read(sys.argv[2])
print(time.perf_counter() - start)
"""
PEERS = ("pypdf", "pdfminer.six")


def document(rows: int = 540) -> bytes:
    return grid([[str(n), f"DEMO request {n}", (ASKED * (1 + n % 4)).strip(), "Accepted"] for n in range(1, rows + 1)])


def ours(body: bytes) -> list[list[str]]:
    return read_grid(read_layout(PdfOpener().open(body)))


def taken_s(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peer_python(folder: Path) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *PEERS], check=True)
    return python


def main() -> None:
    parser = argparse.ArgumentParser(description="Times our reading of a grid beside pypdf and pdfminer.six.")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = peer_python(arguments.peers or folder / "peers")
        body, small = document(), crafted.pages(1)
        (folder / "grid.pdf").write_bytes(body)
        (folder / "small.pdf").write_bytes(small)
        pages = len(read_layout(PdfOpener().open(body)).sheets)
        rows = ours(body)
        assert rows[0] == list(HEADER)
        assert [row[0] for row in rows[1:]] == [str(n) for n in range(1, 541)]
        times: dict[str, list[float]] = {"ours": [], "a child alone": []}
        for _ in range(arguments.runs):  # in turn, so that a busy moment hits all alike
            times["ours"].append(taken_s(lambda: ours(body)))
            times["a child alone"].append(taken_s(lambda: PdfOpener().open(small)))
            for peer in PEERS:
                command = [str(python), "-c", THEIRS, peer, str(folder / "grid.pdf"), str(folder / "small.pdf")]
                said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                times.setdefault(peer, []).append(float(said))
    usual = {name: statistics.median(found) for name, found in times.items()}
    print(f"{pages} pages, {len(rows) - 1} rows, all exact; medians of {arguments.runs}")
    for name, seconds in usual.items():
        print(f"{name:14} {seconds:.3f} s {seconds / usual['ours']:5.2f}x our time")
    print(f"ours           {pages / usual['ours']:.0f} pages/s")


if __name__ == "__main__":
    main()
