"""Where each official list is, how it is read and what it must look like; and the kinds any other page is read by."""

from collections.abc import Callable
from typing import Final

from monitor.model.ids import SourceId
from monitor.model.source import Source
from monitor.sources import (
    ama_appendix_s,
    ama_calendar,
    ama_links,
    ama_pages,
    ama_panel_agenda,
    ama_panel_grid,
    cms_articles,
    cms_assessments,
    cms_codes,
    cms_coverage_process,
    cms_details,
    cms_documents,
    cms_lcds,
    cms_links,
    cms_local_schedule,
    cms_medcac,
    cms_ncas,
    cms_ncds,
    cms_new_local,
    cms_new_national,
    cms_newsroom,
    cms_proposed_lcds,
    cms_transmittals,
    cms_update_period,
    fda_ai_devices,
    federal_register,
    public_inspection,
    register_rules,
)
from monitor.sources.kinds import KINDS
from monitor.sources.official import OfficialList, Reader, Topic

SOURCES: Final[dict[SourceId, OfficialList]] = {
    fda_ai_devices.SOURCE.id: fda_ai_devices.LIST,
    cms_local_schedule.SOURCE.id: cms_local_schedule.LIST,
    cms_update_period.SOURCE.id: cms_update_period.LIST,
    cms_lcds.SOURCE.id: cms_lcds.LIST,
    cms_proposed_lcds.SOURCE.id: cms_proposed_lcds.LIST,
    cms_articles.SOURCE.id: cms_articles.LIST,
    cms_new_local.SOURCE.id: cms_new_local.LIST,
    cms_ncds.SOURCE.id: cms_ncds.LIST,
    cms_ncas.SOURCE.id: cms_ncas.LIST,
    cms_new_national.SOURCE.id: cms_new_national.LIST,
    cms_medcac.SOURCE.id: cms_medcac.LIST,
    cms_assessments.SOURCE.id: cms_assessments.LIST,
    cms_documents.SOURCE.id: cms_documents.LIST,
    cms_coverage_process.SOURCE.id: cms_coverage_process.LIST,
    cms_transmittals.SOURCE.id: cms_transmittals.LIST,
    **cms_links.LISTS,
    federal_register.SOURCE.id: federal_register.LIST,
    public_inspection.SOURCE.id: public_inspection.LIST,
    **ama_appendix_s.LISTS,
    **ama_links.LISTS,
    ama_calendar.SOURCE.id: ama_calendar.LIST,
    **ama_pages.LISTS,
    cms_newsroom.SOURCE.id: cms_newsroom.LIST,
}
"""Every official list with a module of its own, in the order people are shown them."""


DOCUMENTS: Final[dict[str, Reader]] = {
    "cms.document-text": Reader(version=cms_details.VERSION, extract=cms_details.extract),
    "cms.document-codes": Reader(version=cms_codes.VERSION, extract=cms_codes.extract),
    ama_panel_grid.NAME: ama_panel_grid.READER,
    ama_panel_agenda.NAME: ama_panel_agenda.READER,
}
"""How the documents behind official lists are read, by the name that ``Follow.extractor`` gives. They have no
lasting address of their own: they are found behind a list, or saved by hand.
"""

ON_TOPIC: Final[dict[str, Callable[[Topic], Reader]]] = {register_rules.EXTRACTOR: register_rules.reader}
"""The documents too long to be kept whole: only what is on the topic is."""


def extractor_for(source: Source, topic: Topic | None = None) -> Reader:
    """How ``source`` is read: by the official list or document reader its ``extractor`` names, else by its kind.

    ``topic`` is needed for what ``ON_TOPIC`` lists.
    """
    known = SOURCES.get(SourceId(source.extractor))
    if known is not None:
        return Reader(version=known.version, extract=known.extract)
    if source.extractor in ON_TOPIC and topic is not None:
        return ON_TOPIC[source.extractor](topic)
    kind = KINDS[source.kind]
    return DOCUMENTS.get(source.extractor) or Reader(version=kind.VERSION, extract=kind.extract)
