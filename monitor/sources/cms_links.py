"""CMS's pages of links: where new files and rules on codes and payment are first seen.

- What: the quarterly updates of HCPCS Level II (one zip file a quarter), the decisions on HCPCS Level II codes, the
  page of the hospital outpatient payment system (OPPS) and that of the physician fee schedule (PFS), each as the links
  in its main part.
- Where: www.cms.gov. The addresses are those of 2026; that of the fee schedule was never confirmed.
- How often it moves: HCPCS each quarter; decisions after each coding cycle; OPPS and PFS with each rule and quarter.
- Caveats: only that a document came, changed its name or went is seen here; what stands in it is not. Files that need
  the AMA's licence are linked through a page that asks to accept it: the link is watched, the file is not fetched. No
  saved copy of these pages is held. A file that is replaced under the same name is not noticed.
"""

from datetime import timedelta
from typing import Final

from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract, Kind, Reading, Route, Source
from monitor.sources.cms_site import CODING, PAYMENT, ROLLING_PARTS, a_page
from monitor.sources.kinds import KINDS
from monitor.sources.official import OfficialList, built_on, signed

VERSION = built_on(1, KINDS[Kind.LINKS].VERSION)

_FILE: Final = r"\.(?:zip|pdf|xlsx?|csv)(?:$|[?#&])|/files/"


def extract(page: Page, source: Source) -> Snapshot:
    """The linked documents and pages, keyed by their address."""
    return signed(KINDS[Kind.LINKS].extract(page, source), source.extractor, VERSION)


def _list(name: str, why: str, *, id: str, url: str, contract: Contract, pattern: str) -> Source:  # noqa: A002 - the id
    return Source(
        id=SourceId(id),
        name=name,
        authority="CMS",
        kind=Kind.LINKS,
        routes=(Route(url=url),),
        page_url=url,
        every=timedelta(days=1),
        extractor=id,
        contract=contract,
        reading=Reading(link_pattern=f"(?i){pattern}", drop=ROLLING_PARTS),
        why=why,
        noun="document",
    )


PAGES: Final = (
    _list(
        "HCPCS Level II: quarterly updates",
        "New HCPCS codes for software services, such as the G codes, come into force with these files.",
        id="cms.hcpcs-quarterly",
        url=f"{CODING}/quarterly-update",
        contract=a_page("quarterly-update", "HCPCS"),
        pattern=_FILE,
    ),
    _list(
        "HCPCS Level II: coding decisions",
        "A decision says why a software product was or was not given a code of its own.",
        id="cms.hcpcs-decisions",
        url=f"{CODING}/current-prior-years-level-ii-coding-decisions",
        contract=a_page("current-prior-years-level-ii-coding-decisions", "Coding Decisions"),
        pattern=_FILE,
    ),
    _list(
        "Hospital outpatient payment (OPPS)",
        "Software as a service is paid, bundled or refused here: rules, addenda and quarterly updates.",
        id="cms.opps",
        url=f"{PAYMENT}/prospective-payment-systems/hospital-outpatient",
        contract=a_page("hospital-outpatient", "Outpatient"),
        pattern=rf"{_FILE}|/hospital-outpatient/[^?#]|/cms-\d{{4}}-[a-z]",
    ),
    _list(
        "Physician fee schedule (PFS)",
        "The fee schedule gives a code its value or its status: priced by carriers, bundled, not covered.",
        id="cms.pfs",
        url=f"{PAYMENT}/fee-schedules/physician",
        contract=a_page("physician", "Physician Fee"),
        pattern=rf"{_FILE}|/fee-schedules/physician/[^?#]|/cms-\d{{4}}-[a-z]",
    ),
)

LISTS: Final = {one.id: OfficialList(source=one, version=VERSION, extract=extract) for one in PAGES}
