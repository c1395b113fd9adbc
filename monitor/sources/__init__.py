"""Where each official list is, how it is read and what it must look like; and the kinds any other page is read by.

A list's module is imported when the list is asked for: a run that watches three of them must not pay for forty.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Final

from monitor.model.ids import SourceId
from monitor.model.source import Source
from monitor.sources.kinds import KINDS
from monitor.sources.official import OfficialList, Reader, Topic

_PLACES: Final[dict[str, str]] = {
    "fda.ai-devices": "fda_ai_devices:LIST",
    "fda.product-codes": "fda_product_codes:LIST",
    "fda.news": "fda_news:LIST",
    "cms.local-schedule": "cms_local_schedule:LIST",
    "cms.update-period": "cms_update_period:LIST",
    "cms.lcds": "cms_lcds:LIST",
    "cms.proposed-lcds": "cms_proposed_lcds:LIST",
    "cms.articles": "cms_articles:LIST",
    "cms.new-local": "cms_new_local:LIST",
    "cms.ncds": "cms_ncds:LIST",
    "cms.ncas": "cms_ncas:LIST",
    "cms.new-national": "cms_new_national:LIST",
    "cms.medcac": "cms_medcac:LIST",
    "cms.technology-assessments": "cms_assessments:LIST",
    "cms.coverage-documents": "cms_documents:LIST",
    "cms.coverage-process": "cms_coverage_process:LIST",
    "cms.transmittals": "cms_transmittals:LIST",
    "cms.hcpcs-quarterly": "cms_links:LISTS",
    "cms.hcpcs-decisions": "cms_links:LISTS",
    "cms.opps": "cms_links:LISTS",
    "cms.pfs": "cms_links:LISTS",
    "federal-register": "federal_register:LIST",
    "federal-register.public-inspection": "public_inspection:LIST",
    "ama.appendix-s": "ama_appendix_s:LISTS",
    "ama.appendix-s-2022": "ama_appendix_s:LISTS",
    "ama.panel": "ama_links:LISTS",
    "ama.panel-actions": "ama_links:LISTS",
    "ama.cmaa": "ama_links:LISTS",
    "ama.cmaa-cpt": "ama_links:LISTS",
    "ama.early-release": "ama_links:LISTS",
    "ama.errata": "ama_links:LISTS",
    "ama.category-iii-files": "ama_links:LISTS",
    "ama.pla-files": "ama_links:LISTS",
    "ama.maaa-files": "ama_links:LISTS",
    "ama.press-releases": "ama_links:LISTS",
    "ama.calendar": "ama_calendar:LIST",
    "ama.code-process": "ama_pages:LISTS",
    "ama.reconsideration": "ama_pages:LISTS",
    "ama.interested-party": "ama_pages:LISTS",
    "ama.category-iii": "ama_pages:LISTS",
    "ama.pla-codes": "ama_pages:LISTS",
    "ama.admin-maaa": "ama_pages:LISTS",
    "ama.pla-faq": "ama_pages:LISTS",
    "ama.ai-statement": "ama_pages:LISTS",
    "cms.newsroom": "cms_newsroom:LIST",
}
"""Every official list with the module that describes it, in the order people are shown them: ``LIST`` is the module's
one list, ``LISTS`` its several by id.
"""


class _Lists(Mapping[SourceId, OfficialList]):
    """The official lists by id, each made when it is first asked for."""

    def __getitem__(self, source_id: SourceId) -> OfficialList:
        module, _, name = _PLACES[source_id].partition(":")
        held = getattr(import_module(f"monitor.sources.{module}"), name)
        found: OfficialList = held[source_id] if name == "LISTS" else held
        return found

    def __iter__(self) -> Iterator[SourceId]:
        return (SourceId(name) for name in _PLACES)

    def __len__(self) -> int:
        return len(_PLACES)


class _Defaults(Mapping[SourceId, Source]):
    """The official lists' sources as they are unless sources.yaml says otherwise."""

    def __getitem__(self, source_id: SourceId) -> Source:
        return SOURCES[source_id].source

    def __iter__(self) -> Iterator[SourceId]:
        return iter(SOURCES)

    def __len__(self) -> int:
        return len(SOURCES)


SOURCES: Final[Mapping[SourceId, OfficialList]] = _Lists()
DEFAULTS: Final[Mapping[SourceId, Source]] = _Defaults()

_DOCUMENTS: Final[dict[str, str]] = {
    "cms.document-text": "cms_details",
    "cms.document-codes": "cms_codes",
    "fda.submission": "fda_submissions",
    "ama.panel-grid": "ama_panel_grid",
    "ama.panel-agenda": "ama_panel_agenda",
}


class _Documents(Mapping[str, Reader]):
    """How each kind of document is read, made when it is first asked for."""

    def __getitem__(self, name: str) -> Reader:
        reader: Reader = import_module(f"monitor.sources.{_DOCUMENTS[name]}").READER
        return reader

    def __iter__(self) -> Iterator[str]:
        return iter(_DOCUMENTS)

    def __len__(self) -> int:
        return len(_DOCUMENTS)


DOCUMENTS: Final[Mapping[str, Reader]] = _Documents()
"""How the documents behind official lists are read, by the name that ``Follow.extractor`` gives. They have no
lasting address of their own: they are found behind a list, or saved by hand.
"""

RULE_TEXT: Final = "federal-register.rule-text"
"""The one document too long to be kept whole: only what is on the topic is."""


def extractor_for(source: Source, topic: Topic | None = None) -> Reader:
    """How ``source`` is read: by the official list or document reader its ``extractor`` names, else by its kind.

    ``topic`` is needed for the text of rules.
    """
    if source.extractor in _PLACES:
        known = SOURCES[SourceId(source.extractor)]
        return Reader(version=known.version, extract=known.extract)
    if source.extractor == RULE_TEXT and topic is not None:
        from monitor.sources.register_rules import reader

        return reader(topic)
    if source.extractor in _DOCUMENTS:
        return DOCUMENTS[source.extractor]
    kind = KINDS[source.kind]
    return Reader(version=kind.VERSION, extract=kind.extract)
