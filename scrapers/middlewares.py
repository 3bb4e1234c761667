"""Scrapy's redirects and retries, made stricter."""

from typing import Any
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from scrapers.failures import Refused
from scrapers.fields import host_of


class HomeRedirects(RedirectMiddleware):
    """Follows a redirect only to the hosts that the request's ``meta["hosts"]`` names, by default to its own.

    A redirect elsewhere is a failure of the source, told as such, instead of another site's page read as this one's. A request that
    carries a key (``meta["with_key"]``) keeps its scheme and host.
    """

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        try:
            following = super().process_response(request, response)
        except Refused:
            raise
        except IgnoreRequest as error:
            raise Refused("redirected", str(error)) from error
        if isinstance(following, Request):
            hosts = request.meta.get("hosts") or (host_of(request.url),)
            if host_of(following.url) not in hosts:
                raise Refused("redirected", f"led to {following.url}")
            if request.meta.get("with_key") and urlsplit(following.url)[:2] != urlsplit(request.url)[:2]:
                raise Refused("redirected", f"a key does not go where it was not meant to: {following.url}")
        return following


class PatientRetries(RetryMiddleware):
    """Asks again at once only where the server did not say when."""

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        if "Retry-After" in response.headers:
            return response
        return super().process_response(request, response)
