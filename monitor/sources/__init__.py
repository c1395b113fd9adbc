"""Where each official list is, how it is read and what it must look like; and the kinds any other page is read by."""

from typing import Final

from monitor.model.ids import SourceId
from monitor.model.source import Source
from monitor.sources import (
    ama_appendix_s,
    ama_calendar,
    ama_links,
    ama_pages,
    cms_articles,
    cms_assessments,
    cms_documents,
    cms_lcds,
    cms_local_schedule,
    cms_medcac,
    cms_ncas,
    cms_ncds,
    cms_new_local,
    cms_new_national,
    cms_newsroom,
    cms_proposed_lcds,
    cms_update_period,
    fda_ai_devices,
    federal_register,
    public_inspection,
)
from monitor.sources.kinds import KINDS
from monitor.sources.official import OfficialList, Reader

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
    federal_register.SOURCE.id: federal_register.LIST,
    public_inspection.SOURCE.id: public_inspection.LIST,
    ama_appendix_s.SOURCE.id: ama_appendix_s.LIST,
    **ama_links.LISTS,
    ama_calendar.SOURCE.id: ama_calendar.LIST,
    **ama_pages.LISTS,
    cms_newsroom.SOURCE.id: cms_newsroom.LIST,
}
"""Every official list with a module of its own, in the order people are shown them."""


def extractor_for(source: Source) -> Reader:
    """How ``source`` is read: by the official list its ``extractor`` names, else by its kind."""
    known = SOURCES.get(SourceId(source.extractor))
    if known is not None:
        return Reader(version=known.version, extract=known.extract)
    kind = KINDS[source.kind]
    return Reader(version=kind.VERSION, extract=kind.extract)
