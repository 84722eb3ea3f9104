"""A `requests` transport that calls a WSGI application in this process: no socket, no second server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from werkzeug.test import EnvironBuilder, run_wsgi_app

from api.sandbox.faults import AnswerLost, ConnectionCut

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class WSGIAdapter(BaseAdapter):
    """Carries a prepared request to `app` and its answer back, headers and bytes unchanged.

    A fault of the stand-in's arrives as the exception that `requests` has for it.
    """

    def __init__(self, app: WSGIApplication) -> None:
        super().__init__()
        self.app = app

    def send(self, request: requests.PreparedRequest, **_options: Any) -> requests.Response:  # type: ignore[override]
        url = urlsplit(str(request.url))
        builder = EnvironBuilder(
            path=url.path,
            query_string=url.query,
            method=request.method or "GET",
            data=request.body,
            headers=list(request.headers.items()),
            base_url=f"{url.scheme}://{url.netloc}/",
        )
        try:
            body, status, headers = run_wsgi_app(self.app, builder.get_environ(), buffered=True)
        except ConnectionCut as cut:
            raise requests.ConnectionError(str(cut), request=request) from cut
        except AnswerLost as lost:
            raise requests.ReadTimeout(str(lost), request=request) from lost
        response = requests.Response()
        response.status_code = int(status.split()[0])
        response._content = b"".join(body)
        response.headers = CaseInsensitiveDict(list(headers))
        response.request, response.url = request, str(request.url)
        return response

    def close(self) -> None:
        """Nothing is held open."""
