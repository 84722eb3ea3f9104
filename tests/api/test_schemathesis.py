"""Every operation keeps what its description promises, whatever it is sent: schemathesis, with all its checks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished
from schemathesis.engine.recorder import ScenarioRecorder
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.api.open_house import House, open_house
from tests.api.operations import operations
from tests.conftest import FreshDatabase

REFUSED_WITH_REASON = ["2xx", "3xx", "401", "403", "404", "409", "410", "412", "422", "429", "5xx"]
"""What a well-formed request may meet: 410 and 422 beside the default, for an id or token may name nothing,
and 412 where a version is another."""

REFUSED = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429", "5xx"]
"""The default, and 413: what is too long for its field may be too large for a body."""

HEADER_MISSED = ["400", "401", "403", "406", "415", "422", "428"]
"""The default, and 428 where it is If-Match that is missing."""


def test_every_operation_keeps_its_promises(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    called: set[str] = set()
    broken: list[str] = []
    with ExitStack() as closing:
        house = closing.enter_context(open_house(fresh_database("sqlite", tmp_path), tmp_path))
        schema = schemathesis.openapi.from_url(
            f"{closing.enter_context(_served(house))}/openapi.json", config=_config(house)
        )
        for event in from_schema(schema).execute():
            if isinstance(event, ScenarioFinished):
                called |= {node.value.operation.label for node in event.recorder.cases.values()}
                broken += _broken(event.recorder)
            if isinstance(event, NonFatalError | FatalError):
                broken.append(repr(event))
    assert not broken, "\n\n".join(broken[:5])
    assert called == {f"{each.method.upper()} {each.path}" for each in operations()}


@contextmanager
def _served(house: House) -> Iterator[str]:
    """The app's address; schemathesis's own way to call an app in process trips over its repeated calls."""
    server = make_server("127.0.0.1", 0, house.app, threaded=True, request_handler=Quiet)
    serving = Thread(target=server.serve_forever)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_args: object) -> None:
        """Nothing: thousands of requests are made on purpose."""


def _config(house: House) -> SchemathesisConfig:
    """All checks and all phases, links included."""
    own_tokens = [
        {"include-path": each.path, "headers": {"Authorization": f"Bearer {house.bearer(each.schemes)}"}}
        for each in operations()
    ]
    return SchemathesisConfig.from_dict(
        {
            "headers": {"X-Site-Key": house.site_key, "Authorization": f"Bearer {house.staff_key}"},
            "operations": own_tokens,
            "generation": {"max-examples": 12, "deterministic": True, "no-shrink": True},
            "checks": {
                "positive_data_acceptance": {"expected-statuses": REFUSED_WITH_REASON},
                "missing_required_header": {"expected-statuses": HEADER_MISSED},
                "negative_data_rejection": {"expected-statuses": REFUSED},
            },
            "phases": {"stateful": {"max-steps": 5, "generation": {"max-examples": 6}}},
            "max-time": 150,
            "continue-on-failure": True,
        }
    )


def _broken(recorder: ScenarioRecorder) -> Iterator[str]:
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                case, failure = recorder.cases[case_id].value, check.failure_info.failure
                asked = f"{case.method} {case.formatted_path} {case.query} {case.headers} {case.body!r}"
                yield f"{check.name}: {failure.title}\n{failure.message}\n{asked}"[:2000]
