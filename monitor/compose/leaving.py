"""The page that a recipient of mail sees when he follows the address by which he leaves."""

from enum import StrEnum

from monitor.compose.environment import Templates, html_environment, render
from monitor.compose.hostile import safe_line
from monitor.compose.wording import DEMO_RIBBON


class Step(StrEnum):
    """How far he is. ``ASK`` changes nothing: programs that look into every link of a mail see it too."""

    ASK = "ask"
    LEFT = "left"
    GONE_BEFORE = "before"
    VOID = "void"
    LATER = "later"


def leave_page(step: Step, who: str, templates: Templates) -> str:
    """``who`` is the recipient's id in the settings, "" where it is not known; his address is not shown."""
    shown = {"step": step.value, "who": safe_line(who, 80), "subject": "Stop these mails | CMAA Watch"}
    environment = html_environment(templates)
    return render(environment, "unsubscribe.html", **shown, preheader="", demo=False, ribbon=DEMO_RIBBON)
