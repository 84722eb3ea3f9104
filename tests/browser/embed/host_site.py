"""A charity's own website on another origin: pages with their own, often hostile, CSS around the elements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

PAGES = Path(__file__).parent / "hosts"
STRICT_POLICY = (
    "default-src 'none'; script-src {server}; connect-src {server}; style-src 'self'; form-action 'none'; "
    "base-uri 'none'; require-trusted-types-for 'script'"
)
SCRIPT = '<script src="{server}/embed/v1.js" async></script>'


@dataclass
class HostSite:
    """Serves `hosts/<name>.html` at /<name>, around the elements that a test sets."""

    port: int
    server: str
    """Setlist's origin."""
    elements: str = ""
    language: str = "en-GB"
    extra_css: str = ""
    has_script: bool = True
    policies: dict[str, str] = field(default_factory=dict)
    """Content-Security-Policy by page name."""

    def reset(self) -> None:
        """As it is before a test sets anything."""
        self.elements, self.language, self.extra_css, self.has_script = "", "en-GB", "", True

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def page(self, name: str) -> bytes | None:
        path = PAGES / f"{name}.html"
        if not path.is_file():
            return None
        filled = {
            "language": self.language,
            "script": SCRIPT.format(server=self.server) if self.has_script else "",
            "elements": self.elements,
            "css": self.extra_css,
        }
        text = path.read_text()
        for word, value in filled.items():
            text = text.replace("{{" + word + "}}", value)
        return text.encode()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, site: HostSite, *arguments: object) -> None:
        self.site = site
        super().__init__(*arguments)  # type: ignore[arg-type]  # what socketserver hands over

    def do_GET(self) -> None:
        name = urlsplit(self.path).path.strip("/")
        style = PAGES / name if name.endswith(".css") else None
        body = style.read_bytes() if style and style.is_file() else self.site.page(name)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", "text/css" if style else "text/html; charset=utf-8")
        if policy := self.site.policies.get(name):
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: the test speaks."""


@contextmanager
def a_host_site(server: str) -> Iterator[HostSite]:
    """Runs on a free port while the block does."""
    site = HostSite(0, server, policies={"strict": STRICT_POLICY.format(server=server)})
    listening = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, site))
    site.port = listening.server_port
    thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield site
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()
