"""Judging rows of the FDA list by product code, device name and submission number. Being listed is not autonomy."""

import re
from collections.abc import Set as AbstractSet

from monitor.assess.findings import Finding, highest
from monitor.assess.folding import fold
from monitor.assess.items import QUOTE_CHARS, Item
from monitor.assess.reasons import NEW_CODE, ROUTINE
from monitor.assess.rulebook import Rules
from monitor.model.assessment import Level, Reason, Topic

_NOT_AUTONOMY = "Being listed means authorized and AI-enabled, not that it runs without a physician."
_GROUND = "product code or submission number of the row"
_DE_NOVO = re.compile(r"^\s*DEN\d{6}", re.IGNORECASE)


def product_code_of(item: Item) -> str:
    """The row's FDA product code in capitals, "" when the item is no device row."""
    return item.value("primaryproductcode", "productcode").strip().upper()


def judge_row(item: Item, rules: Rules, known_product_codes: AbstractSet[str]) -> Finding:
    """The level of one device row.

    A row of an autonomous product code is high, added, removed or changed; a De Novo grant or a product code never seen
    (``known_product_codes`` empty: no baseline to tell) is medium; a device known to feed a watched code takes that
    code's level; the rest is routine.
    """
    grounds = [*_by_type(item, rules), *_by_family(item, rules), *_by_de_novo(item)]
    best = max(grounds, key=lambda reason: reason.level.rank)
    reasons = (best, *_by_novelty(item, known_product_codes))
    level = highest(tuple(reason.level for reason in reasons))
    if level.rank < Level.MEDIUM.rank:
        return Finding(level=level, reasons=reasons, topics=(Topic.CLEARANCE,), exact=True, ground=_GROUND)
    device_type = rules.device_types.get(product_code_of(item))
    families = [rules.families[name] for name in _family_hits(item, rules)]
    codes = tuple(dict.fromkeys((*(device_type.codes if device_type else ()), *(c for f in families for c in f.codes))))
    classes = [device_type.ai_class if device_type else None, *(_class_of(code, rules) for code in codes)]
    by_name = best.rule.startswith("device-family:") and best.level is level
    return Finding(
        level=level,
        reasons=tuple(r for r in reasons if r.level.rank >= Level.MEDIUM.rank),
        topics=(Topic.CLEARANCE,),
        codes=codes,
        devices=(device_name(item),),
        ai_class=next((ai_class for ai_class in classes if ai_class), None),
        exact=not by_name,
        ground="device known by its name, not by a code of the list" if by_name else _GROUND,
    )


def device_name(item: Item) -> str:
    """``K240058 AEYE-DS``: number and name, as a reader looks a device up."""
    return f"{_number(item)} {_name(item)}".strip()


def _number(item: Item) -> str:
    return item.value("submissionnumber") or item.key or ""


def _name(item: Item) -> str:
    return " ".join(item.value("device", "devicename").split()) or item.title


def _class_of(code: str, rules: Rules) -> str | None:
    known = rules.codes.get(code)
    return known.ai_class if known else None


def _row_quote(item: Item) -> str:
    """The row as the source has it, whole or cut behind a field."""
    start = item.text.find("\n") + 1
    row = item.text[start : start + QUOTE_CHARS + 1].partition("\n")[0].strip()
    cut = row.rfind("; ") if len(row) > QUOTE_CHARS else -1
    return (row[:cut] if cut > 0 else row[:QUOTE_CHARS]) or item.title[:QUOTE_CHARS]


def _by_type(item: Item, rules: Rules) -> list[Reason]:
    product_code = product_code_of(item)
    device_type = rules.device_types.get(product_code)
    if device_type is None:
        return [_routine(item, f"product code {product_code}", Level.LOW)]
    if device_type.level.rank < Level.MEDIUM.rank:
        return [_routine(item, f"product code {product_code}: {device_type.what}", device_type.level)]
    feeds = f"; billed under CPT {', '.join(device_type.codes)}" if device_type.codes else ""
    autonomous = device_type.ai_class == "autonomous"
    kind = "autonomous by its definition, not by being listed" if autonomous else "a watched device type"
    device = f"{_name(item)} ({_number(item)}{_company(item)})"
    text = f"{device} has product code {product_code} ({device_type.what}), {kind}{feeds}."
    return [
        Reason(
            rule=f"product-code:{product_code}",
            text=text if autonomous else f"{text} {_NOT_AUTONOMY}",
            quote=_row_quote(item),
            level=device_type.level,
            key=item.key,
        )
    ]


def _company(item: Item) -> str:
    company = " ".join(item.value("company", "applicant").split())
    return f", {company}" if company else ""


def _routine(item: Item, why: str, level: Level) -> Reason:
    text = f"{_name(item)} ({_number(item)}): routine row, {why}. {_NOT_AUTONOMY}"
    return Reason(rule=ROUTINE, text=text, quote=_row_quote(item), level=level, key=item.key)


def _by_novelty(item: Item, known: AbstractSet[str]) -> list[Reason]:
    product_code = product_code_of(item)
    if not known or not product_code or product_code in known:
        return []
    what = f"Product code {product_code} was never on the list before: a new kind of device ({device_name(item)})."
    return [
        Reason(
            rule=f"{NEW_CODE}{product_code}",
            text=f"{what} {_NOT_AUTONOMY}",
            quote=_row_quote(item),
            level=Level.MEDIUM,
            key=item.key,
        )
    ]


def _by_de_novo(item: Item) -> list[Reason]:
    if not _DE_NOVO.match(_number(item)):
        return []
    text = f"{_name(item)} ({_number(item)}) came by De Novo: the first device of its type. {_NOT_AUTONOMY}"
    return [Reason(rule="de-novo", text=text, quote=_row_quote(item), level=Level.MEDIUM, key=item.key)]


def _family_hits(item: Item, rules: Rules) -> tuple[str, ...]:
    names = f"{item.value('device', 'devicename')} | {item.value('company', 'applicant')}"
    return tuple(rules.device_matcher.find(fold(names)))


def _by_family(item: Item, rules: Rules) -> list[Reason]:
    reasons = []
    for name in _family_hits(item, rules):
        family = rules.families[name]
        text = f"{_name(item)} ({_number(item)}{_company(item)}): {family.says}. {_NOT_AUTONOMY}"
        reasons.append(
            Reason(rule=f"device-family:{name}", text=text, quote=_row_quote(item), level=family.level, key=item.key)
        )
    return reasons
