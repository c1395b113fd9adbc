"""The words that tell what a day is the day of. Plain regular expressions, alternatives apart by `` | ``."""

import re
from enum import Enum

from monitor.assess.cues import Cues
from monitor.model.assessment import DateKind


class Sign(Enum):
    """What a cue says that is no kind of its own: something past that no deadline hangs on, or that something ends."""

    PAST = "past"
    ENDS = "ends"


Table = tuple[tuple[DateKind | Sign, str], ...]

_LEADS: Table = (
    (
        DateKind.RETIREMENT,
        r"""(?:delete[sd]?|retire[sd]?|withdrawn|terminate[sd]?|discontinued?|removed)(?:\s+\w+){0,3}\s+effective
        | (?:delete[sd]?|retire[sd]?|terminate[sd]?|discontinued?|removed)\s+as of
        | phased? out | terminat(?:es?|ing|ion) | discontinued? | retire[sd]? | retiring | retirement(?: date)?
        | sunsets? | sunsetting | expires? | expiration(?: date)? | lapses?
        | no longer (?:in effect|effective|valid|in force)(?: as of| from| after)? | ceases? to be effective""",
    ),
    (
        Sign.PAST,
        r"""(?:originally|formerly|previously|initially)(?: \w+(?:ed|ing))?""",
    ),
    (
        Sign.PAST,
        r"""(?:remains?|stays?|continues?) (?:in effect|effective|in force)""",
    ),
    (
        Sign.PAST,
        r"""comment start(?: date)? | for (?:the|its|our) (?:\w+ ){0,2}meetings?(?! (?:on|of|held|to be)\b)""",
    ),
    (
        Sign.PAST,
        r"""comment period (?:commence[sd]?|begins?|began|opens?|opened|starts?|started)""",
    ),
    (
        DateKind.NOTICE_STARTS,
        r"""notice period(?: start(?:s|ed| date)?| begins?| began| commence[sd]?| open(?:s|ed))
        | (?:enters?|entered|begins?|starts?) (?:its|the|a) notice(?: period)? | notice start(?: date|s|ed)?
        | in (?:its )?notice from""",
    ),
    (
        DateKind.NOTICE_ENDS,
        r"""notice(?: period)?(?: that)? (?:ends?|end date|closes?|expires?|runs? until|through|to)
        | in notice (?:until|through)""",
    ),
    (
        DateKind.DECISION_DUE,
        r"""(?:expected|proposed) (?:completion|decision)(?: date| memo(?:randum)?)?(?: due)?(?: date)?
        | decision memo(?:randum)?[^.]{0,30}?\b(?:is|are) (?:due|expected)
        | issue a (?:proposed|final) decision[^.]{0,30}?\bby
        | (?:proposed|final|the|a) decision memo(?:randum)?(?: (?:by|on))?""",
    ),
    (
        DateKind.EFFECTIVE,
        r"""effective(?: on| upon)? (?:the )?(?:date of )?(?:its )?publication | effective(?: date| as of)?
        | (?:takes?|took|taking|goes|go|into|in) (?:into )?effect | in force | implementation(?: date)?
        | (?:shall |will |must )implement\w* | applicable(?: beginning| date)? | appl(?:y|ies) (?:to|from)
        | (?:permitted|allowed|payable|reportable|billable|covered|valid|required|mandatory)(?: \w+){0,3} as of
        | (?:permitted|allowed|payable|reportable|billable|covered|valid|required)(?: \w+){0,3} (?:from|on|beginning)
        | on (?:and|or) after | dates? of service(?: of| from)?
        | (?:coverage|payment|reporting|use|rates?|changes?|policy|codes?) (?:begins?|beginning|commences?)
        | commenc(?:es?|ing) | starting | beginning(?: on or after)? | starts?""",
    ),
    (
        DateKind.MEETING,
        r"""meetings? | meets? | met\b | hearings? | conven(?:e|es|ed|ing) | sessions? | webinars? | teleconference
        | conference calls? | workshops? | held | takes place""",
    ),
    (
        DateKind.RELEASE,
        r"""(?:early )?releas(?:e|es|ed|ing)(?: date)? | will be (?:published|posted|issued)
        | to be (?:published|posted|issued) | becomes? available | (?:will|to) publish | (?:will|to) post""",
    ),
    (
        Sign.ENDS,
        r"""(?:may|must|can|should|shall|to) be (?:filed|submitted|sent|received|made|posted)""",
    ),
    (
        Sign.PAST,
        r"""published | publication(?: of| date)? | posted | posting(?: date)? | issued | dated | introduced
        | cleared | granted | approved | signed | enacted | adopted | amended | updated | revised(?! \w+ date)
        | created | received(?! (?:by|no later|on or before|at|after)) | filed | register of | appeared | opened?
        | since | data (?:through|from) | as of | told on | spoke | inspect(?:ion)? | archived | before january
        | registration | registered | nominations? | applications?
        | (?:version|letter|document|act|minutes|rule|memo|order|edition|report|page|list|statement)s? (?:of|from)
        | moratorium | claims filed | made available | announced | days after""",
    ),
    (
        Sign.ENDS,
        r"""by(?=\s+(?:\d|midnight|noon|close of|the end of|[a-z]{3,9}\.?\s+\d|[a-z]+day\b)) | before | until
        | through | to | than | due | closes? | closing | ends? | ending | deadline | extended | reopened | after
        | last day""",
    ),
)
"""Words before a day. Of two that begin at one place the upper counts; of several the one nearest to the day."""

_TRAILS: Table = (
    (
        DateKind.EFFECTIVE,
        r"""(?:is|as|shall be|being) (?:the|its|their) effective date | [^.]{0,40}?\btakes? effect
        | [^.]{0,40}?\bbecomes? effective | \(?effective\)?""",
    ),
    (
        DateKind.RETIREMENT,
        r"""[^.]{0,40}?\b(?:retires?|will retire|is retired|are retired|be retired|expires?|sunsets?)\b""",
    ),
    (
        DateKind.COMMENT_CLOSES,
        r"""(?:is|as|marks) (?:the )?(?:last day|deadline|end|close|closing date)[^.]{0,30}?\bcomments?
        | [^.]{0,20}?\bto comment\b | ,? comments? (?:must|are due|close)""",
    ),
    (
        DateKind.RELEASE,
        r"""[^.]{0,40}?\b(?:will|is to|are to|plans to) (?:be )?(?:release|publish|post)(?:ed)?\b""",
    ),
    (
        DateKind.MEETING,
        r"""[^.]{0,30}?\b(?:meets|will meet|meeting|hearing)\b""",
    ),
    (
        DateKind.EFFECTIVE,
        r"""[^.]{0,40}\b(?:hospitals|physicians|contractors|payers) (?:will |must |may )?(?:report|pay|bill)""",
    ),
)
"""Words right behind a day that has none before it."""


def _alternatives(words: str) -> list[str]:
    return [part.strip() for part in re.split(r"\s\|\s", words)]


LEADS = Cues([_alternatives(words) for _, words in _LEADS])
TRAILS = tuple((re.compile(rf"[\s,]*(?:{'|'.join(_alternatives(words))})"), kind) for kind, words in _TRAILS)


def sign_of(match: re.Match[str]) -> DateKind | Sign:
    """What the words that ``LEADS`` found say."""
    return _LEADS[int((match.lastgroup or "k0")[1:])][0]
