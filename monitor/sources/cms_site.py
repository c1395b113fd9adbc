"""What the pages of www.cms.gov have in common: what rolls on them, and what a healthy one looks like.

CMS answers some clients with 403 (reported), which is blocked. No saved copy of today's pages is held: addresses are
those of 2026, selectors are left to the page's main part, and what is taken from it is recognised by its own form.
"""

from typing import Final

from monitor.model.source import Contract

SITE: Final = "https://www.cms.gov"
CODING: Final = f"{SITE}/medicare/coding-billing/healthcare-common-procedure-system"
PAYMENT: Final = f"{SITE}/medicare/payment"

ROLLING_PARTS: Final = (
    "nav",
    "header",
    "footer",
    "aside",
    "form",
    "[class*=breadcrumb]",
    "[class*=feedback]",
    "[class*=last-modified]",
    "[class*=share]",
    "[class*=alert]",
)
"""Parts of CMS's pages that change without any change of what they say."""


def a_page(place: str, title: str, *sentinels: str, min_items: int = 3, max_shrink: float = 0.50) -> Contract:
    """What a healthy page looks like: it still answers on CMS's site under that last part of its address, and its title
    still says what it is about.
    """
    return Contract(
        final_url=rf"(?i)cms\.gov/(?:.*/)?{place}/?(?:[?#]|$)",
        media_types=("text/html",),
        title=title,
        sentinels=sentinels,
        min_items=min_items,
        max_shrink=max_shrink,
    )
