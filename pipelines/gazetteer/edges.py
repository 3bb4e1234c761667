"""Where a name may begin and end: folded text around a hit, by language.

Turkish puts its cases behind an apostrophe, German and English a genitive -s, German and Dutch glue a noun on: the name is what is before.
"""

import re

_SUFFIXES = {
    "de": r"s?(?:flug|fluge|flugen|flugs|fluges|reise|reisen|urlaub|urlauber|urlaubern|maschine|maschinen|jet|jets|route|routen|verkehr)|s",
    "nl": r"(?:vlucht|vluchten|reis|reizen|toestel|toestellen|ganger|gangers|route|routes)|s",
    "en": r"s",
    "tr": r"(?:[ns]?[iu]n|[yn]?[ae]|[dt][ae]n?|[yns]?[iu]|l[iu]|yl[ae]|l[ae])",
}
"""What may follow a name of four letters or more without any mark."""
_GLUED = {lang: re.compile(rf"(?:{suffix})(?![^\W_])") for lang, suffix in _SUFFIXES.items()}
_BARE_MIN = 4
_DOMAIN = re.compile(r"\.(?:com|net|org|aero|ru|de|nl|fr|es|it|pt|tr|br|uk|be|ch|at|info|eu)\b")


def starts_name(folded: str, start: int) -> bool:
    """Whether a word begins at the offset: "l'Iran" and "anti-Israel" have names in them, "@iran" and "www.klm" have not."""
    if start == 0:
        return True
    before = folded[start - 1]
    if before.isalnum() or before in "@_/":
        return False
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
    return glued is not None and end - start >= _BARE_MIN and glued.match(folded, end) is not None
