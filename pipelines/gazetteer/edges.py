"""Where a name may begin and end: folded text around a hit, by language.

Turkish puts its cases behind an apostrophe, Polish glues them on foreign names ("Ryanairem"), German and Dutch a genitive -s or a noun:
the name is what is before.
An adjective is kept as a stem, and its ending belongs to it.
"""

import re

from pipelines.gazetteer.folding import fold

_GLUE = {
    "de": r"(?:s?(?:flug|flüge|flügen|flugs|fluges|reise|reisen|urlaub|urlauber|urlaubern|maschine|maschinen|jet|jets|route|routen|verkehr"
    r"|strecke|strecken|verbindung|verbindungen|krise|krieg|konflikt|programm|gäste|chef|sprecher|sprecherin|passagiere|tochter)|s)",
    "nl": r"(?:vlucht|vluchten|reis|reizen|reiziger|reizigers|toestel|toestellen|ganger|gangers|route|routes|vakantie|vakanties|topman)|s",
    "pl": r"(?:ami|ach|owi|em|ie|iem|ze|[aeuy])",
    "tr": r"(?:[yn]?[ıiuü]n|[yn]?[aeıiuü]|[dt][ae]n?|n[dt][ae]n?|l[ıiuü]|y?l[ae]|nin)",
}
"""What may follow a name without any mark, if that is long enough not to begin another word by chance."""
_GLUED = {lang: re.compile(rf"(?:{fold(ends)})(?![^\W_])") for lang, ends in _GLUE.items()}
_BARE_MIN = {"de": 5, "nl": 5, "pl": 5, "tr": 4}

_ENDINGS = {
    "ru": "ий|ая|ое|ие|ого|ому|им|ом|ой|ою|ую|их|ими|ый|ые|ым|ых|а|у|е|и|ы|ов|ев|ей|ам|ами|ах|ем|ин|ина|ину|ином|ине"
    "|ка|ки|ку|ке|кой|кам|ок",
    "en": "s",
    "nl": "e|en|s|er|ers|se|sen|n",
    "es": "o|a|os|as|e|es|s|esa|esas|eses",
    "pt": "o|a|os|as|e|es|s|ao|aos|aes|esa|esas|eses",
    "de": "e|er|es|en|em|n|s|in|innen|ern|erin|r",
    "fr": "e|s|es|ne|nes|que|ques|x",
    "it": "o|a|i|e|hi|he|ese|esi",
    "pl": "i|a|ie|iego|iemu|im|iej|ich|imi|k|ka|ki|kow|kom|kami|kach|ow|om|ami|ach|nie|y|e|ow|cy",
    "tr": "lar|ler|l[iu]",
}
_ADJECTIVE = {lang: re.compile(rf"(?:{ends})?(?![^\W_])") for lang, ends in _ENDINGS.items()}

_DOMAIN = re.compile(r"\.(?:com|net|org|aero|info|eu|ru|de|nl|fr|es|it|pt|tr|pl|br|uk|be|ch|at)\b")


def starts_name(folded: str, start: int) -> bool:
    """Whether a word begins at the offset: "l'Iran" and "anti-Israel" have names in them, "@iran" and "www.klm" have not."""
    if start == 0:
        return True
    before = folded[start - 1]
    if before.isalnum() or before in "@_/":
        return before == "/" and (start < 2 or folded[start - 2] not in "/.")
    return not (before == "." and start > 1 and folded[start - 2].isalnum())


def ends_name(folded: str, start: int, end: int, lang: str) -> bool:
    """Whether the name ends at the offset, or only what a language hangs on a name follows."""
    if end == len(folded):
        return True
    after = folded[end]
    if after == ".":
        return not _DOMAIN.match(folded, end)
    if not (after.isalnum() or after in "_@"):
        return True
    glued = _GLUED.get(lang)
    return glued is not None and end - start >= _BARE_MIN[lang] and glued.match(folded, end) is not None


def adjective_end(folded: str, end: int, lang: str) -> int | None:
    """Where the adjective ends whose stem ends at the offset; None where the letters that follow are no ending of the language."""
    endings = _ADJECTIVE.get(lang)
    match = endings.match(folded, end) if endings else None
    return match.end() if match else None
