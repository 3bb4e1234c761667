"""Who and where: the part that each place and operator plays in its sentence."""

from pipelines import gazetteer
from pipelines.extract.lexicon import Lexicon
from pipelines.extract.sentence import AIRLINES, STOPPERS, Sentence, Unit

LOOKBACK = 5
"""How many plain words may stand between a preposition and its place ("to the Greek island of Rhodes")."""
PREPOSITIONS = ("instead", "route", "between", "via", "over", "from", "of", "with", "to", "in")
SUFFIXES = ("to_after", "from_after", "in_after", "instead_after", "over_after")
DASHES = "–—-−/"
JOINERS = ",/&"
AGENT, TELLER, REPORTER, OWNER = "agent", "teller", "reporter", "owner"


def place_roles(sentence: Sentence) -> dict[int, str]:
    """For the index of each place: to, from, origin, over, via, in, with, instead, bare, or adjective."""
    before: dict[int, str] = {}
    for hit in sorted(
        (h for h in sentence.hits if h.section == "roles" and h.name in PREPOSITIONS),
        key=lambda h: (h.start - h.end, PREPOSITIONS.index(h.name)),
        reverse=True,
    ):
        before[hit.end] = hit.name
    after = {hit.start: name.removesuffix("_after") for name in SUFFIXES for hit in sentence.of("roles", name)}
    either = sentence.lexicon.patterns.members("either")
    roles: dict[int, str] = {}
    between: list[int] = []
    for i, unit in enumerate(sentence.units):
        if unit.place is None:
            continue
        if unit.place.type == "adjective":
            roles[i] = "adjective" if _beside(sentence, i, ("flight", "tour", "space", "capital")) else "attribute"
            continue
        if i == 0 and len(sentence.units) > 1 and sentence.units[1].word in ",.–—-" and sentence.text[unit.start : unit.end].isupper():
            roles[i] = "dateline"
            continue
        role = _suffix(sentence, i, after) or _preposition(sentence, i, before, roles)
        if role in ("with", "from") and unit.place.form and i and not either.isdisjoint(sentence.units[i - 1].atoms):
            # "с", "z": from before a genitive, with before an instrumental
            role = "with" if "ablt" in unit.place.form and "gent" not in unit.place.form else "from"
        if role == "between":
            between.append(i)
        if (role != "instead" and _owned_after(sentence, i)) or (role in ("bare", "of") and _owned_before(sentence, i)):
            role = "attribute"
        roles[i] = role
        if (pair := _paired(sentence, i, roles)) is not None and role in ("bare", "to", "in", "between", "from", "with", "of"):
            roles[pair], roles[i] = "origin", "route"
        if role == "to":
            _paired_of(sentence, i, roles)
            _flown(sentence, i, roles)
    _between(sentence, between, roles)
    return roles


def _beside(sentence: Sentence, i: int, classes: tuple[str, ...]) -> bool:
    """Whether a word of these classes stands within two words of an adjective."""
    members = sentence.lexicon.patterns.members
    units = sentence.units
    after = [
        u
        for u in units[i + 1 : i + 6]
        if (u.place is None or u.place.type != "adjective") and u.word not in JOINERS and not _joins(u, sentence.lexicon)
    ][:2]
    if (after and _companies(sentence, after[0])) or (i and _companies(sentence, units[i - 1])):
        return False
    if after and (after[0].word in "–—-" or after[0].when is not None):
        return True  # its noun was told before: "the Egyptian programme until 20 May, the Thai until 31 May"
    return any(not u.atoms.isdisjoint(members(name)) for u in [*units[max(0, i - 1) : i], *after] for name in classes)


def _owned_after(sentence: Sentence, i: int) -> bool:
    """Whether a place only says whose the airline, authority or people after it are: "the US FAA", "Sudan's carriers"."""
    units = sentence.units
    following = next((u for u in units[i + 1 : i + 4] if u.word not in ("'", "s")), None)
    return following is not None and (
        (following.operator is not None and following.start - units[i].end <= 3) or _companies(sentence, following)
    )


def _owned_before(sentence: Sentence, i: int) -> bool:
    """The same of those before it: "the flag carrier of Sri Lanka", "DER Touristik Deutschland"."""
    units = sentence.units
    flying = sentence.lexicon.patterns.members("flight")
    flights = i + 1 < len(units) and not units[i + 1].atoms.isdisjoint(flying)
    if i and units[i - 1].operator is not None and units[i].start - units[i - 1].end <= 1:
        return not flights  # "Wizz Air İstanbul seferleri" are flights to Istanbul
    if any(
        0 < i - h.end <= 5 and not any(u.word in STOPPERS or u.mention for u in units[h.end : i]) for h in sentence.of("roles", "the_body")
    ):
        return True
    near = units[max(0, i - 2) : i]
    if near and not flying.isdisjoint(near[-1].atoms):
        return False  # "the tourists of flight Moscow – Porlamar"
    return any(_companies(sentence, u) for u in near) and not any(u.word in STOPPERS or u.mention for u in near[1:])


def _companies(sentence: Sentence, unit: Unit) -> bool:
    """Whether a word means airlines or people, and not flights as well."""
    members = sentence.lexicon.patterns.members
    return unit.atoms.isdisjoint(members("flight")) and not (
        unit.atoms.isdisjoint(members("airline_noun")) and unit.atoms.isdisjoint(members("people"))
    )


def _paired_of(sentence: Sentence, i: int, roles: dict[int, str]) -> None:
    """In "de Paris à Rome" the genitive names where the flight starts."""
    for j in range(i - 1, max(i - 6, -1), -1):
        if sentence.units[j].word in STOPPERS or sentence.units[j].when is not None:
            return
        if roles.get(j) == "of":
            roles[j] = "origin"
            return


def _suffix(sentence: Sentence, i: int, after: dict[int, str]) -> str:
    """The role that a case ending after an apostrophe, or a postposition, gives (Tahran'a, Tahran yerine)."""
    j = i + 1
    units = sentence.units
    if j < len(units) and units[j].word == "'" and units[j].start == units[i].end:
        j += 1
    return after.get(j, "")


def _preposition(sentence: Sentence, i: int, before: dict[int, str], roles: dict[int, str]) -> str:
    units = sentence.units
    for j in range(i, max(i - LOOKBACK - 1, -1), -1):
        if j in before:
            return before[j]
        if j == 0:
            break
        previous = units[j - 1]
        if roles.get(j - 1) == "dateline":
            return "bare"
        if previous.place is not None and previous.place.type == "place":
            return roles.get(j - 1, "bare") if j < i or previous.end != units[i].start else "bare"
        if previous.word in JOINERS or _joins(previous, sentence.lexicon):
            at = j - 2
            while at >= 0 and (units[at].word in JOINERS + ")" or _joins(units[at], sentence.lexicon)):
                at -= 1
            if at >= 0 and units[at].place is not None and roles.get(at) != "adjective":
                return roles.get(at, "bare")
            if previous.word in JOINERS:
                break
            continue
        if (previous.mention and not (previous.place and previous.place.type == "adjective")) or previous.word in ";:()":
            break
    return "bare"


def _joins(unit: Unit, lexicon: Lexicon) -> bool:
    return not unit.atoms.isdisjoint(lexicon.patterns.members("and"))


def _paired(sentence: Sentence, i: int, roles: dict[int, str]) -> int | None:
    """The place before a dash before this one: Moscow – Porlamar."""
    units = sentence.units
    if (
        i >= 2
        and units[i - 1].word in DASHES
        and units[i - 1].word != "/"
        and units[i - 2].place is not None
        and roles.get(i - 2) not in ("adjective", "dateline")
    ):
        return i - 2
    return None


def _flown(sentence: Sentence, i: int, roles: dict[int, str]) -> None:
    """Marks "from Moscow to Porlamar" and "the Moscow to Porlamar flight" as a route, so that what else follows "to" stands apart."""
    for j in range(i - 1, max(i - 3, -1), -1):
        if sentence.units[j].word in STOPPERS or sentence.units[j].when is not None:
            return
        if roles.get(j) in ("from", "origin", "bare", "in", "of") and sentence.units[j].place is not None:
            after = sentence.units[i + 1 : i + 3]
            flight = any(not u.atoms.isdisjoint(sentence.lexicon.patterns.members("flight")) for u in after)
            if roles[j] in ("from", "origin") or (flight and i - j == 2):
                roles[j], roles[i] = "origin", "route"
            return


def _between(sentence: Sentence, places: list[int], roles: dict[int, str]) -> None:
    """Between A and B: the last is the destination, the others are origins; B may follow its own preposition ("entre A, en X, y B")."""
    if len(places) == 1:
        first = sentence.units[places[0]].place
        for i in roles:
            other = sentence.units[i].place
            if (
                i > places[0]
                and first
                and other
                and i - places[0] <= 14
                and gazetteer.country(first.codes[0]) != gazetteer.country(other.codes[0])
            ):
                places = [j for j in roles if places[0] <= j <= i]
                break
    if len(places) >= 2:
        joined = places[0] + 1 < len(sentence.units) and _joins(sentence.units[places[0] + 1], sentence.lexicon)
        last_origin = 1 if joined else len(places) - 1  # "between A and B, C and D" against "between A, B and C"
        for n, i in enumerate(places):
            roles[i] = "origin" if n < last_origin else "to"
    elif places:
        roles[places[0]] = "to"


def operator_roles(sentence: Sentence) -> dict[int, str]:
    """For the index of each operator: agent, teller (says it, perhaps of itself), reporter (only reports), owner (of another)."""
    lexicon = sentence.lexicon
    roles: dict[int, str] = {}
    for i, unit in enumerate(sentence.units):
        if unit.operator is None:
            continue
        role = AGENT
        if unit.operator.kind == "press" or _close(sentence, "according", i, 5, 0):
            role = TELLER if is_carrier(unit) else REPORTER  # an airline reports of itself
        elif _close(sentence, "owned", i, 3, 0):
            role = OWNER
        elif _close(sentence, "says", i, 1, 3):
            role = TELLER
        roles[i] = role
        before = _previous(sentence, i)
        if role == TELLER and before >= 0 and i - before <= 3 and _listed(sentence, i, lexicon) and roles[before] == AGENT:
            roles[before] = TELLER
    return roles


def _close(sentence: Sentence, name: str, i: int, before: int, after: int) -> bool:
    """Whether a hit of this role ends at most ``before`` units before unit ``i``, or starts at most ``after`` units after it."""
    for hit in sentence.of("roles", name):
        if hit.end <= i and i - hit.end < before:
            between = sentence.units[hit.end : i]
        elif hit.start > i and hit.start - i <= after:
            between = sentence.units[i + 1 : hit.start]
        else:
            continue
        if not any(u.word in ",;:" or u.operator is not None for u in between):
            return True
    return False


def _listed(sentence: Sentence, i: int, lexicon: Lexicon) -> bool:
    return sentence.units[i - 1].word in JOINERS or _joins(sentence.units[i - 1], lexicon)


def _previous(sentence: Sentence, i: int) -> int:
    return next((j for j in range(i - 1, -1, -1) if sentence.units[j].operator is not None), -1)


def is_carrier(unit: Unit) -> bool:
    return unit.operator is not None and unit.operator.kind in AIRLINES
