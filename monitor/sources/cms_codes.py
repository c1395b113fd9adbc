"""The codes of one coverage document of the Coverage API: procedure codes, modifiers and diagnoses, group by group.

- What: each code of an LCD's or article's lists as a record of its own, keyed by document, list, group and code
  (``A59716 covered ICD-10 group 1 I25.10``), so that a code put on a list or taken off it is named.
- Where: ``/v1/data/lcd/hcpc-code`` and ``/v1/data/article/...``, one after the other, behind the licence (see
  ``licences``); paths and members as in the OpenAPI document of API version 1.5.
- How often it moves: with each version of the document.
- Caveats: descriptions of CPT codes are the AMA's and are not kept, neither here nor in the stored copy; those of
  diagnoses are not needed. A list may well be empty: an article of answers to comments has none.
"""

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from monitor.formats.text import plain
from monitor.model.errors import Unreadable
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Page, Record, Snapshot
from monitor.model.source import Source
from monitor.sources.cms_details import check_document, page_after
from monitor.sources.coverage_api import read_report
from monitor.sources.kinds.rows import collapse_duplicates
from monitor.sources.official import Reader

VERSION: Final = 1

COLUMNS: Final = ("document", "list", "group", "code", "range")


class CodeList(Struct, frozen=True, kw_only=True):
    """One list of codes: its name, the members that hold code and group (None: the list has no groups), and the path of
    the list after it.
    """

    name: str
    code: str
    group: str | None
    then: str | None = None


LISTS: Final[dict[str, CodeList]] = {
    "/v1/data/lcd/hcpc-code": CodeList(name="HCPCS", code="hcpc_code_id", group="hcpc_code_group"),
    "/v1/data/article/hcpc-code": CodeList(
        name="HCPCS", code="hcpc_code_id", group="hcpc_code_group", then="/v1/data/article/hcpc-modifier"
    ),
    "/v1/data/article/hcpc-modifier": CodeList(
        name="HCPCS modifier",
        code="hcpc_modifier_code_id",
        group="hcpc_modifier_group",
        then="/v1/data/article/icd10-covered",
    ),
    "/v1/data/article/icd10-covered": CodeList(
        name="covered ICD-10",
        code="icd10_code_id",
        group="icd10_covered_group",
        then="/v1/data/article/icd10-noncovered",
    ),
    "/v1/data/article/icd10-noncovered": CodeList(
        name="noncovered ICD-10", code="icd10_code_id", group="icd10_noncovered_group"
    ),
}
"""Path of the API -> the list it answers with."""


def extract(page: Page, source: Source) -> Snapshot:
    """One record a code; ``next_url`` leads to the document's next list. Raises ``Unreadable`` for an answer that is no
    list of rows, for a row without a code and for codes of another document.
    """
    path = urlsplit(page.url).path
    found = LISTS.get(path)
    if found is None:
        raise Unreadable(code="unknown-page", reason=f"{path} is no list of codes known here.")
    letter, ids = ("L", ("lcdid", "lcd_id")) if "/lcd/" in path else ("A", ("articleid", "article_id"))
    report = read_report(page, may_be_empty=True)
    check_document(report.rows, page.url, ids, required=False)
    records, duplicates = collapse_duplicates(_records(report.rows, found, letter, ids[1]))
    return Snapshot(
        extractor=source.extractor,
        extractor_version=VERSION,
        form="json",
        records=records,
        columns=COLUMNS,
        duplicates=duplicates,
        next_url=report.next_url or page_after(page.url, found.then),
    )


def _records(rows: tuple[Mapping[str, str], ...], found: CodeList, letter: str, id_name: str) -> Iterator[Record]:
    for row in rows:
        code, group = plain(row.get(found.code, "")), plain(row.get(found.group or "", ""))
        if not code:
            raise Unreadable(code="bad-rows", reason=f"The list of {found.name} codes holds a row without a code.")
        document = f"{letter}{plain(row.get(id_name, ''))}"
        place = f"{found.name} group {group}" if group else found.name
        key = f"{document} {place} {code}"
        fields = {"document": document, "list": found.name, "group": group, "code": code}
        fields["range"] = plain(row.get("range", ""))
        yield Record(key=RecordKey(key), label=key, fields=fields)


READER = Reader(version=VERSION, extract=extract)
