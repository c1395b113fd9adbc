"""Which submissions of FDA's list are looked up in openFDA: those that matter, the newest first.

A row matters when its product code is watched, is a device type of weight, or is of a kind that the list never had; or
when the device's name says that it works on its own. The rest (two rows of three are image processing) are not asked.
"""

import re
from collections.abc import Collection
from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from monitor.model.source import Follow, Kind, Source
from monitor.sources.openfda import ANSWER, ORIGIN

DEVICES: Final = "fda.ai-devices"
DEFINITIONS: Final = "fda.product-codes"
"""The two lists whose entries are completed; how a definition behind the first is read, the second says."""

NEWEST: Final = 60
"""So many rows of each kind at most: openFDA gives 1,000 answers a day, and what is old was looked up before."""

_OWN_ACCOUNT: Final = r"\bautonomous|\bfully automat|\bwithout (?:a )?physician"
_CODE: Final = re.compile(r"\b[A-Z]{3}\b")
_WEIGHTY: Final = frozenset({"critical", "high", "medium"})
_MONTHLY: Final = timedelta(days=28)


def weighty_codes(reference: str) -> frozenset[str]:
    """The product codes of at least medium level in the text of ``product_codes.yaml``, read as lightly as can be: this
    is done whenever the program starts. Whether the file is sound, the rules say that are read from it.
    """
    types = reference.partition("\nlisted:")[0].split("product_code:")[1:]
    found = ((one, re.search(r"\blevel:\s*[\"']?(\w+)", one)) for one in types)
    weighty = (one.partition("what:")[0] for one, level in found if level and level[1] in _WEIGHTY)
    return frozenset(code for one in weighty for code in _CODE.findall(one))


def listed_codes(reference: str) -> frozenset[str]:
    """Every product code that the text of ``product_codes.yaml`` knows, as a type or as listed already."""
    types = (one.partition("what:")[0] for one in reference.partition("\nlisted:")[0].split("product_code:")[1:])
    return frozenset(_CODE.findall(" ".join((*types, reference.partition("\nlisted:")[2]))))


def with_lookups(source: Source, *, reference: str, watched: Collection[str]) -> Source:
    """An entry of FDA's in full: the list of devices with the submissions behind it, the list of definitions with the
    watched codes too. ``reference``: the text of ``product_codes.yaml``; ``watched``: the operator's own codes.
    """
    if source.id == DEFINITIONS:
        from monitor.sources.fda_product_codes import with_watched

        return with_watched(source, watched)
    weighty = weighty_codes(reference) | frozenset(watched)
    return with_submissions(source, weighty=weighty, listed=listed_codes(reference))


def with_submissions(source: Source, *, weighty: Collection[str], listed: Collection[str]) -> Source:
    """FDA's list with its submissions behind it, unless the settings name documents themselves; any other as it is.

    ``weighty``: the product codes whose rows are looked up; ``listed``: those that are not new to the list.
    """
    if source.id != DEVICES or source.follow:
        return source
    return replace(source, follow=_follows(weighty, listed))


def _follows(weighty: Collection[str], listed: Collection[str]) -> tuple[Follow, ...]:
    matters = ("product_code|label", _matters(weighty, listed))
    cleared = Follow(
        kind=Kind.JSON,
        extractor="fda.submission",
        where=(("key", "^(?:B?K|DEN)[0-9]"), matters),
        url=f"{ORIGIN}/device/510k.json?search=k_number:{{key}}&limit=5",
        name="openFDA on {key} ({label})",
        every=_MONTHLY,
        noun="submission",
        limit=NEWEST,
        contract=ANSWER,
        beside=True,
    )
    approved = "/device/pma.json?search=pma_number:{key/1}"
    return (
        cleared,
        replace(
            cleared,
            where=(("key", "^B?P[0-9]+$"), matters),
            url=f"{ORIGIN}{approved}&sort=decision_date:asc&limit=20",
        ),
        replace(
            cleared,
            where=(("key", "^B?P[0-9]+/S[0-9]+$"), matters),
            url=f"{ORIGIN}{approved}+AND+supplement_number:{{key/2}}&limit=5",
        ),
        replace(
            cleared,
            extractor=DEFINITIONS,
            where=(("key", "^DEN[0-9]"), ("product_code", "^[A-Z]{3}$"), matters),
            url=f"{ORIGIN}/device/classification.json?search=product_code:{{product_code}}&limit=5",
            name="openFDA on product code {product_code} of {key}",
            part="type",
            noun="product code",
        ),
    )


def _matters(weighty: Collection[str], listed: Collection[str]) -> str:
    """A pattern for the codes that weigh, for those not listed (and so for a name of three capitals), and for what a
    name says.
    """
    known = "|".join(sorted({*weighty, *listed}))
    heavy = "|".join(sorted(weighty)) or "(?!)"
    return rf"^(?:{heavy})$|^(?!(?:{known})$)[A-Z]{{3}}$|(?i:{_OWN_ACCOUNT})"
