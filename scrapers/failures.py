"""What goes wrong between us and a site, as one of the kinds in ``scrapers.run.FAILURES``."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

STATUS_KINDS = {401: "blocked", 403: "blocked", 404: "gone", 407: "blocked", 410: "gone", 429: "blocked", 451: "blocked"}
_EXCEPTION_KINDS: tuple[tuple[type[BaseException], str], ...] = (
    (CannotResolveHostError, "dns"),
    (DownloadConnectionRefusedError, "unreachable"),
    (DownloadTimeoutError, "timeout"),
    (ResponseDataLossError, "unreachable"),
)


class Refused(IgnoreRequest):
    """A request that we do not make, or do not follow further."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


def status_kind(status: int) -> str:
    """The kind of failure that an answer with this status is; for every status but 200."""
    return STATUS_KINDS.get(status) or ("redirected" if 300 <= status < 400 else "http_error")


def why(error: BaseException) -> tuple[str, str]:
    """Kind and detail of a failure in which no answer came."""
    detail = str(error) or type(error).__name__
    if isinstance(error, Refused):
        return error.kind, detail
    if isinstance(error, IgnoreRequest) and "DOWNLOAD_MAXSIZE" in detail:  # a body that unfolds to more
        return "too_big", detail
    if isinstance(error, DownloadFailedError) and any(word in detail for word in ("SSL", "certificate", "VerificationError")):
        return "tls", detail
    if isinstance(error, DownloadCancelledError):  # the one reason for which Scrapy itself breaks a download off
        return "too_big", str(error)
    for known, kind in _EXCEPTION_KINDS:
        if isinstance(error, known):
            return kind, detail
    return "unreachable", f"{type(error).__name__}: {detail}"
