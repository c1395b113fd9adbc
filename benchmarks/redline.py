"""Times the redline of a long document beside difflib and lxml.html.diff, and shapes made to be slow.

Run: ``python benchmarks/redline.py [--peer-limit 60]``. Each measurement is a process of its own, so that its peak
memory is its own; a peer that has not ended after the limit (in seconds) is stopped, and the table says so.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable

from monitor.compare.passages import compare_passages
from monitor.compare.redlines import redline_passages
from monitor.model.redline import PieceKind
from monitor.model.snapshot import Passage, Snapshot
from monitor.redline.words import redline

PARAGRAPHS, EDITED, MOVED, MOVED_LENGTH = 20_000, 200, 20, 40
Texts = list[str]


def long_document() -> tuple[Texts, Texts]:
    """5.8 million characters in 20,000 paragraphs; 200 edited in one to three places, 20 blocks of 40 moved."""
    pick = random.Random(2026)  # noqa: S311 - a fixed sample, not a secret
    vocabulary = ["".join(pick.choices("abcdefghilmnoprstuv", k=pick.randint(2, 11))) for _ in range(6_000)]
    old = [" ".join(pick.choices(vocabulary, k=pick.randint(12, 66))) + "." for _ in range(PARAGRAPHS)]
    new = old.copy()
    for place in pick.sample(range(PARAGRAPHS), EDITED):
        words = new[place].split()
        for _ in range(pick.randint(1, 3)):
            words[pick.randrange(len(words))] = "edited"
        new[place] = " ".join(words)
    starts = sorted(pick.sample(range(0, PARAGRAPHS, MOVED_LENGTH), MOVED))
    blocks = [new[start : start + MOVED_LENGTH] for start in starts]
    for start in reversed(starts):
        del new[start : start + MOVED_LENGTH]
    for block in blocks:
        to = pick.randrange(len(new))
        new[to:to] = block
    return old, new


def long_paragraph() -> tuple[str, str]:
    """5,000 words, every hundredth replaced."""
    pick = random.Random(3)  # noqa: S311 - a fixed sample, not a secret
    old = [f"w{pick.randrange(3_000)}" for _ in range(5_000)]
    return " ".join(old), " ".join("XX" if n % 100 == 0 else word for n, word in enumerate(old))


def snapshot(texts: Texts) -> Snapshot:
    passages = tuple(Passage(headings=(), text=text) for text in texts)
    return Snapshot(extractor="prose", extractor_version=1, form="html", passages=passages)


def as_html(texts: Texts) -> str:
    return "<html><body>" + "".join(f"<p>{text}</p>" for text in texts) + "</body></html>"


def ours(old: Texts, new: Texts) -> str:
    """The redline of both, proven to hold both clean copies."""
    found = redline_passages(snapshot(old), snapshot(new))
    counts = found.counts()
    assert list(found.before()) == old
    assert list(found.after()) == new
    moves = len({piece.move for piece in found.pieces if piece.kind is PieceKind.MOVED_TO})
    told = ", ".join(f"{number} {name}" for name, number in counts.items())
    return f"{told} (in {moves} blocks)"


def ours_as_differences(old: Texts, new: Texts) -> str:
    return f"{len(compare_passages(snapshot(old), snapshot(new)))} differences"


def difflib_document(old: Texts, new: Texts) -> str:
    """Paragraphs first, then the words of the replaced ones: what one writes with the standard library alone."""
    import difflib

    edits = moved = 0
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "replace":
            moved += tag != "equal"
            continue
        words = difflib.SequenceMatcher(None, " ".join(old[a:b]).split(), " ".join(new[c:d]).split(), autojunk=False)
        edits += sum(code[0] != "equal" for code in words.get_opcodes())
    return f"{edits} edits, {moved} stretches removed or added, moves unknown"


def lxml_document(old: Texts, new: Texts) -> str:
    from lxml.html.diff import htmldiff

    return f"{len(htmldiff(as_html(old), as_html(new))):,} characters of HTML"


def our_paragraph() -> str:
    spans = redline(*long_paragraph())
    return f"{sum(span.kind == 'added' for span in spans)} edits"


def difflib_paragraph() -> str:
    import difflib

    old, new = (text.split() for text in long_paragraph())
    return (
        f"{sum(c[0] != 'equal' for c in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes())} edits"
    )


def lxml_paragraph() -> str:
    from lxml.html.diff import htmldiff

    old, new = long_paragraph()
    return f"{htmldiff(f'<p>{old}</p>', f'<p>{new}</p>').count('<ins>')} edits"


def equal_paragraphs() -> tuple[Texts, Texts]:
    text = "One and the same paragraph, again and again, as forms and tables repeat their notes."
    return [text] * 100_000, [text] * 50_000 + ["Another one."] + [text] * 49_000


def blankless() -> tuple[Texts, Texts]:
    pick = random.Random(5)  # noqa: S311 - a fixed sample, not a secret
    text = "".join(pick.choices("abcdefghijklmnop", k=1_000_000))
    return [text], [text[:1_000] + "X" + text[1_000:600_000] + text[600_300:]]


def one_word_each() -> tuple[Texts, Texts]:
    pick = random.Random(7)  # noqa: S311 - a fixed sample, not a secret
    old = pick.choices([f"word{n}" for n in range(50)], k=100_000)
    new = old.copy()
    for place in pick.sample(range(100_000), 300):
        new[place] = "edited"
    return old, new


def reversed_order() -> tuple[Texts, Texts]:
    old = [f"Paragraph {n} with a few words of its own" for n in range(20_000)]
    return old, old[::-1]


def unrelated() -> tuple[Texts, Texts]:
    return tuple(
        [f"{side}{n} " + " ".join(f"{side}{n + m}" for m in range(30)) for n in range(20_000)] for side in "ab"
    )  # type: ignore[return-value]


def all_much_alike() -> tuple[Texts, Texts]:
    crowd = [
        "The software reads the image and hands the physician a report to sign within " + f"{n} days"
        for n in range(5_000)
    ]
    return crowd, [text.replace("physician", "patient") for text in crowd]


SHAPES: dict[str, Callable[[], tuple[Texts, Texts]]] = {
    "100,000 equal paragraphs, one edited, 1,000 gone": equal_paragraphs,
    "one paragraph of 1 MB without a blank": blankless,
    "100,000 paragraphs of one common word, 300 edited": one_word_each,
    "20,000 paragraphs in reversed order": reversed_order,
    "20,000 paragraphs that share nothing": unrelated,
    "5,000 paragraphs all much alike, each edited": all_much_alike,
}
DOCUMENT: dict[str, Callable[[Texts, Texts], str]] = {
    "ours: redline": ours,
    "ours: differences": ours_as_differences,
    "difflib": difflib_document,
    "lxml.html.diff": lxml_document,
}
PARAGRAPH: dict[str, Callable[[], str]] = {
    "ours": our_paragraph,
    "difflib": difflib_paragraph,
    "lxml.html.diff": lxml_paragraph,
}


def measure(part: str, name: str) -> None:
    """In a process of its own: prints seconds, those of the processor, MiB at the peak and what was found."""
    if part == "document":
        old, new = long_document()
        run: Callable[[], str] = lambda: DOCUMENT[name](old, new)  # noqa: E731
    elif part == "paragraph":
        run = PARAGRAPH[name]
    else:
        old, new = SHAPES[name]()
        run = lambda: ours(old, new)  # noqa: E731
    redline("load the extension", "before the clock starts")
    started, spent = time.perf_counter(), time.process_time()
    found = run()
    took, busy = time.perf_counter() - started, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"took_s": took, "busy_s": busy, "peak_mib": peak, "found": found}))


def row(part: str, name: str, limit_s: float) -> str:
    command = [sys.executable, __file__, "--measure", part, name]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=limit_s, check=True)
    except subprocess.TimeoutExpired:
        return f"| {name} | stopped after {limit_s:.0f} | | | |"
    got = json.loads(ran.stdout)
    return f"| {name} | {got['took_s']:.3f} | {got['busy_s']:.3f} | {got['peak_mib']:.0f} | {got['found']} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer-limit", type=float, default=60)
    parser.add_argument("--measure", nargs=2)
    chosen = parser.parse_args()
    if chosen.measure:
        measure(*chosen.measure)
        return
    old = long_document()[0]
    size = f"{sum(map(len, old)):,} characters in {len(old):,} paragraphs"
    print(f"\nDocument: {size}; {EDITED} edited, {MOVED} blocks moved")
    tables = (
        ("document", DOCUMENT, chosen.peer_limit),
        ("paragraph", PARAGRAPH, chosen.peer_limit),
        ("shape", SHAPES, 600),
    )
    for part, names, limit_s in tables:
        print(f"\n| {part} | seconds | of processor | peak MiB | found |\n|---|---:|---:|---:|---|")
        for name in names:
            print(row(part, name, limit_s), flush=True)


if __name__ == "__main__":
    main()
