"""Reading the tables of the reference files: codes, device types and families, documents, ladders, aliases."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from monitor.assess.codes import expand
from monitor.assess.matcher import Matcher, build_matcher
from monitor.assess.reading import Entry, Reading, class_of, level_of, topic_of
from monitor.assess.rulebook import Code, DeviceFamily, DeviceType, Document, Step
from monitor.assess.terms import Pattern, compile_pattern
from monitor.model.assessment import Level

_CODE_KEYS = {"code", "what", "category", "class", "class_source", "effective", "note", "weight"}


def read_codes(reading: Reading, root: Entry, watched: Sequence[str]) -> dict[str, Code]:
    reading.check_keys(root, {"version", "codes"})
    codes: dict[str, Code] = {}
    for row in reading.rows(root, "codes"):
        reading.check_keys(row, _CODE_KEYS, {"code", "what", "category", "weight"})
        written = reading.text(row, "code").upper()
        first, _, last = written.partition("-")
        for code in expand(first, last) if last else (first,):
            if code in codes:
                reading.fault(row, f"code {code} is described twice")
            codes[code] = _code(reading, row, code)
    for code in watched:
        codes[code.upper()] = _watched_code(code.upper(), codes.get(code.upper()))
    return codes


def _code(reading: Reading, row: Entry, code: str) -> Code:
    return Code(
        code=code,
        what=reading.text(row, "what"),
        category=reading.text(row, "category"),
        ai_class=reading.choice(row, "class", class_of, None),
        class_source=reading.text(row, "class_source"),
        effective=reading.text(row, "effective"),
        note=reading.text(row, "note"),
        level=reading.choice(row, "weight", level_of, Level.MEDIUM),
    )


def _watched_code(code: str, known: Code | None) -> Code:
    if known is not None:
        return known if known.level.rank >= Level.MEDIUM.rank else replace(known, level=Level.MEDIUM)
    return Code(
        code=code, what="on your own watch list", category="", ai_class=None, class_source="", effective="", note="",
        level=Level.MEDIUM,
    )  # fmt: skip


def read_device_types(reading: Reading, root: Entry, watched: Sequence[str]) -> dict[str, DeviceType]:
    reading.check_keys(root, {"version", "types", "listed"})
    types: dict[str, DeviceType] = {}
    for row in reading.rows(root, "types"):
        reading.check_keys(
            row, {"product_code", "what", "class", "codes", "level", "note"}, {"product_code", "what", "level"}
        )
        for product_code in reading.text(row, "product_code").upper().split():
            if product_code in types:
                reading.fault(row, f"product code {product_code} is described twice")
            types[product_code] = DeviceType(
                product_code=product_code,
                what=reading.text(row, "what"),
                ai_class=reading.choice(row, "class", class_of, None),
                codes=reading.texts(row, "codes"),
                level=reading.choice(row, "level", level_of, Level.LOW),
                note=reading.text(row, "note"),
            )
    for product_code in (written.upper() for written in watched):
        known = types.get(product_code)
        if known is None or known.level.rank < Level.MEDIUM.rank:
            base = known or DeviceType(
                product_code=product_code,
                what="on your own watch list",
                ai_class=None,
                codes=(),
                level=Level.MEDIUM,
                note="",
            )
            types[product_code] = replace(base, level=Level.MEDIUM)
    return types


def read_listed(reading: Reading, root: Entry) -> frozenset[str]:
    return frozenset(code for text in reading.texts(root, "listed") for code in text.upper().split())


def read_families(reading: Reading, root: Entry) -> tuple[dict[str, DeviceFamily], Matcher]:
    reading.check_keys(root, {"version", "families"})
    families: dict[str, DeviceFamily] = {}
    patterns: list[Pattern] = []
    for row in reading.rows(root, "families"):
        reading.check_keys(row, {"id", "names", "codes", "level", "says"}, {"id", "names", "level", "says"})
        family_id = reading.text(row, "id")
        families[family_id] = DeviceFamily(
            id=family_id,
            codes=reading.texts(row, "codes"),
            level=reading.choice(row, "level", level_of, Level.MEDIUM),
            says=reading.text(row, "says"),
        )
        for words in reading.texts(row, "names"):
            try:
                patterns.append(compile_pattern(family_id, words.lower()))
            except ValueError as error:
                reading.fault(row.members["names"], str(error))
    return families, build_matcher(patterns)


def read_documents(reading: Reading, root: Entry) -> dict[str, Document]:
    reading.check_keys(root, {"version", "documents"})
    documents: dict[str, Document] = {}
    for row in reading.rows(root, "documents"):
        reading.check_keys(row, {"numbers", "about", "codes", "topics", "level"}, {"numbers", "about", "level"})
        for number in " ".join(reading.texts(row, "numbers")).upper().split():
            if number in documents:
                reading.fault(row, f"document {number} is listed twice")
            documents[number] = Document(
                number=number,
                about=reading.text(row, "about"),
                codes=reading.texts(row, "codes"),
                topics=reading.choices(row, "topics", topic_of),
                level=reading.choice(row, "level", level_of, Level.MEDIUM),
            )
    return documents


def read_ladders(reading: Reading, root: Entry) -> dict[str, dict[str, Step]]:
    reading.check_keys(root, {"version", "ladders"})
    ladders: dict[str, dict[str, Step]] = {}
    for row in reading.rows(root, "ladders"):
        reading.check_keys(row, {"id", "steps"}, {"id", "steps"})
        steps = {}
        for step in reading.rows(row, "steps"):
            reading.check_keys(step, {"id", "says", "next"}, {"id", "says"})
            step_id = reading.text(step, "id")
            steps[step_id] = Step(
                id=step_id, says=reading.text(step, "says"), next_step=reading.text(step, "next") or None
            )
        ladders[reading.text(row, "id")] = steps
    return ladders


def read_source_aliases(reading: Reading, root: Entry) -> dict[str, str]:
    """Every other name of a source (case folded) -> its id."""
    reading.check_keys(root, {"version", "sources", "panels", "contractors", "secondary"})
    return {spelling.casefold(): one for one, spelling in _pairs(reading, root, "sources")}


def read_value_aliases(reading: Reading, root: Entry) -> dict[str, str]:
    """The names of panels and contractors, folded as comparing needs them: variant -> usual."""
    tables = ("panels", "contractors")
    return {_bare(spelling): _bare(one) for table in tables for one, spelling in _pairs(reading, root, table)}


def _pairs(reading: Reading, root: Entry, name: str) -> Iterable[tuple[str, str]]:
    member = root.members.get(name)
    for one in member.members if member else ():
        yield from ((one, spelling) for spelling in reading.texts(member, one)) if member else ()


def _bare(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
