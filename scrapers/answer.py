"""What a server answered, and its text, whatever the server says about its encoding."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

_CYRILLIC_RUN = re.compile(rb"[\xa8\xb8\xc0-\xff]{3,}")
_HIGH = re.compile(rb"[\x80-\xff]")
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_CHALLENGE = re.compile(
    r"cf-chl|challenge-platform|__cf_chl|bobcmn|_Incapsula_|captcha|ddos-guard|Access Denied|Request unsuccessful|Checking your browser"
    r"|Проверка браузера|Доступ (?:временно )?(?:ограничен|запрещ)",
    re.I,
)


class Unexpected(Exception):
    """An answer that cannot be read. ``kind`` is a key of ``scrapers.run.FAILURES``."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind, self.detail = kind, detail


@dataclass(frozen=True)
class Answer:
    """A complete answer with status 200."""

    url: str
    """Where it came from in the end, after redirects."""
    body: bytes
    content_type: str = ""
    """The header as sent."""
    asked: str = field(default="")
    """The address that was asked for; empty: ``url``."""

    @cached_property
    def text(self) -> str:
        return decode(self.body, self.content_type)

    @property
    def is_challenge(self) -> bool:
        """Whether it is a robot check, or words of refusal, in place of content. For answers that hold nothing else."""
        return bool(_CHALLENGE.search(self.text[:20_000]))


def decode(body: bytes, content_type: str = "") -> str:
    """``body`` as text. What the bytes are outweighs what header and page say they are:

    text that is valid UTF-8 is UTF-8, and runs of letters that only make Cyrillic words are windows-1251 (or what is
    declared, where that is another Cyrillic encoding).
    """
    marked, mark = read_bom(body)
    if marked is not None and mark is not None:
        return body[len(mark) :].decode(marked, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        names = _declared(body, content_type)
        if names[:1] == ["utf-8"] and (len(body) - error.start < 4 or _mostly_utf8(body)):
            return body.decode("utf-8", "replace")
        declared = next((name for name in names if name != "utf-8"), "")  # a header may be wrong where the document is right
    if _is_cyrillic(body):
        encoding = declared if declared in ("koi8-r", "koi8-u", "cp866", "iso8859-5", "mac-cyrillic") else "cp1251"
    else:
        encoding = declared or "cp1252"
    return body.decode(encoding, "replace")


def _declared(body: bytes, content_type: str) -> list[str]:
    """The encodings that header, XML declaration and meta element name, in this order."""
    names = (http_content_type_encoding(content_type), _xml_encoding(body), html_body_declared_encoding(body))
    return [known for name in names if name and (known := resolve_encoding(name))]


def _xml_encoding(body: bytes) -> str:
    match = _XML_ENCODING.match(body)
    return match[1].decode("ascii") if match else ""


def _mostly_utf8(body: bytes) -> bool:
    """Whether few bytes are wrong for UTF-8: a text that something cut or spliced."""
    high = len(_HIGH.findall(body))
    return body.decode("utf-8", "replace").count("�") * 20 < high


def _is_cyrillic(body: bytes) -> bool:
    """Whether most of the bytes beyond ASCII stand in runs, as letters of words do that hold no others."""
    high = len(_HIGH.findall(body))
    return sum(map(len, _CYRILLIC_RUN.findall(body))) * 2 > high
