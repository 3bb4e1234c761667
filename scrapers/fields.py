"""What may stand in a record: each field's reader, which gives the value or says what is wrong and what would be right."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo, available_timezones

REQUIRED: Any = object()


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record or one option of a shape."""

    read: Callable[[Any], Any]
    """Turns the TOML value into ours; raises ``Unfit``."""
    default: Any = REQUIRED


class Unfit(ValueError):
    """A value that its field does not take: ``problem``, and in ``remedy`` what it would."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}; {remedy}")
        self.problem, self.remedy = problem, remedy


class Problem(NamedTuple):
    field: str
    problem: str
    remedy: str


def read(table: Mapping[str, Any], fields: Mapping[str, Field]) -> tuple[dict[str, Any], list[Problem]]:
    """The values of ``table`` with the defaults filled in, and everything that is wrong with it."""
    values: dict[str, Any] = {}
    problems = [Problem(name, "no such field", _meant(name, fields)) for name in table if name not in fields]
    for name, field in fields.items():
        if name not in table:
            if field.default is REQUIRED:
                problems.append(Problem(name, "missing", "every record needs it"))
            else:
                values[name] = field.default
            continue
        try:
            values[name] = field.read(table[name])
        except Unfit as unfit:
            problems.append(Problem(name, unfit.problem, unfit.remedy))
    return values, problems


def _meant(name: str, known: Mapping[str, Any]) -> str:
    close = get_close_matches(name, known, n=1)
    return f'did you mean "{close[0]}"?' if close else "the fields are " + ", ".join(sorted(known))


# --- readers ----------------------------------------------------------------------------------------------------------


def text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Unfit(f"{value!r} is no text", "write some words in quotes")
    return value.strip()


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit(f"{value!r} is neither true nor false", "write true or false, without quotes")
    return value


def count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Unfit(f"{value!r} is no count", "write a whole number, 0 or more, without quotes")
    return value


_DURATION = re.compile(r"(\d+)\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def duration(value: Any) -> timedelta:
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not int(match[1]):
        raise Unfit(f"{value!r} is no duration", 'write a number and s, m, h or d, such as "30m", "2h" or "1d"')
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def choice(*names: str) -> Callable[[Any], str]:
    """One of ``names``."""

    def one_of(value: Any) -> str:
        if value not in names:
            close = get_close_matches(str(value), names, n=1)
            raise Unfit(f"{value!r} is not known", f'did you mean "{close[0]}"?' if close else "it is one of " + ", ".join(names))
        return str(value)

    return one_of


def matching(pattern: str, remedy: str) -> Callable[[Any], str]:
    """A text of the form ``pattern``."""
    compiled = re.compile(pattern)

    def matched(value: Any) -> str:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise Unfit(f"{value!r} has another form", remedy)
        return value

    return matched


def zone(value: Any) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, TypeError, OSError):
        close = get_close_matches(str(value), available_timezones(), n=1)
        remedy = f'did you mean "{close[0]}"?' if close else 'write an IANA name such as "Europe/Moscow"'
        raise Unfit(f"{value!r} is no time zone", remedy) from None
    return str(value)


def web_address(value: Any) -> str:
    """An absolute http or https address."""
    try:
        parts = urlsplit(value)
        fit = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None and parts.port != 0
    except (ValueError, AttributeError, TypeError):
        fit = False
    if not fit or not value.isprintable() or re.search(r"\s", value):
        raise Unfit(f"{value!r} is no web address", "write it whole, with http:// or https://, without blanks and user names")
    return str(value)


def host_of(url: str) -> str:
    """The host of an address as it goes over the wire: small letters, IDNA; "" where there is none, or the address is none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def joined(base: str, link: str) -> str:
    """The address that a link on a page leads to; "" for a link that leads nowhere, such as http://[."""
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return ""


def is_web(url: str) -> bool:
    """Whether a page may make us ask for ``url``: a file or an FTP server may have the host of its source, too."""
    return url[:8].lower().startswith(("http://", "https://"))


def listed(reader: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    """A list of what ``reader`` takes."""

    def each(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Unfit(f"{value!r} is no list", 'write ["...", "..."]')
        return tuple(map(reader, value))

    return each


def table_of(reader: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
    """A table whose values ``reader`` takes."""

    def each(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Unfit(f"{value!r} is no table", 'write { name = "...", other = "..." }')
        return {key: reader(one) for key, one in value.items()}

    return each


_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]+")


def keyed(value: Any) -> dict[str, str]:
    """A table of request headers, each with the name of the environment variable that holds its value."""
    table = table_of(lambda variable: variable)(value)
    for header, variable in table.items():
        if not _HEADER.fullmatch(header):
            raise Unfit(f"{header!r} is no name of a header", 'write such as { client_id = "FAA_CLIENT_ID" }')
        if not isinstance(variable, str) or not _VARIABLE.fullmatch(variable):  # what stands here may be a key: it is not repeated
            raise Unfit(
                f"the value of {header} is no name of an environment variable",
                "write the variable's name in capitals; a key itself never stands in a record",
            )
    return table


def regex(value: Any) -> re.Pattern[str]:
    try:
        return re.compile(text(value), re.I)
    except re.error as error:
        raise Unfit(f"{value!r} is no regular expression ({error})", "write it in single quotes, so that backslashes stay") from None


def css(value: Any) -> str:
    """A CSS selector, ``::text`` and ``::attr(name)`` included."""
    from cssselect import SelectorError
    from parsel.csstranslator import HTMLTranslator

    try:
        HTMLTranslator().css_to_xpath(text(value))
    except SelectorError as error:
        raise Unfit(f"{value!r} is no CSS selector ({error})", "try it in the browser's console with document.querySelectorAll") from None
    return text(value)
