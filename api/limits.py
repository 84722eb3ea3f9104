"""How much one network, and everybody together, may ask for in a minute: Flask-Limiter, told in draft-11's headers.

Limits of mail addresses are not here and never in a header: they would tell who is known.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from ipaddress import IPv6Address, ip_address, ip_network

from flask import Flask, Response, current_app, g, request
from flask_limiter import ApplicationLimit, Limit, Limiter, RequestLimit

from api.access import View, Who, rule_of
from services.clock import Clock
from services.settings import NO_LIMIT, Settings

WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
KNOWN = frozenset({Who.PROVIDER, Who.STAFF, Who.STAFF_PAGE})
"""Providers sign and staff have keys or are signed in: of them only those count who cannot show it."""
UNPROVEN = frozenset({400, 401})
"""What a forged signature and a key that we do not know are answered with."""
NEVER_REFUSED = frozenset({"newsletter_pages.leave", "health.livez", "health.readyz"})
"""Mail programs leave in many people's names from one address; probes come often."""
NOT_FOR_EVERYBODY = frozenset({"staff_sign_in.open_session"})
"""A crowd of strangers must not keep out the people who would look into it; one network is still limited here."""
LIFTED = "limits_lifted"
HOUSE = "all"
NETWORK_BITS = 64
"""An IPv6 household has a network of this prefix to itself."""


def limit_requests(app: Flask, settings: Settings) -> None:
    """Refuse with 429 whoever asks too often, and say in the headers of every answer how much is left."""
    everybody = ApplicationLimit(
        f"{settings.limit_all_writes_a_minute}/minute",
        key_function=lambda: HOUSE,
        methods=sorted(WRITING),
        exempt_when=lambda: _is_exempt() or _is_for_the_known() or request.endpoint in NOT_FOR_EVERYBODY,
    )
    quota = partial(_quota, settings)
    strangers = Limit(quota, network, exempt_when=lambda: _is_exempt() or _is_for_the_known())
    impostors = Limit(
        quota,
        network,
        exempt_when=lambda: _is_exempt() or not _is_for_the_known(),
        deduct_when=_is_unproven,
    )
    limiter = Limiter(
        network,
        app=app,
        default_limits=[strangers, impostors],
        application_limits=[everybody],
        storage_uri=settings.limits_storage_url,
        in_memory_fallback_enabled=True,
        enabled=_is_any_set(settings),
    )
    app.after_request(partial(_tell, limiter))


def lifted_where(has_paid: Callable[[], bool]) -> Callable[[View], View]:
    """Let a request to this view through above all limits where it has paid in another way; asked once a request.

    `has_paid` raises nothing: Flask-Limiter would take it for a storage that is out of reach.
    """

    def declare(view: View) -> View:
        setattr(view, LIFTED, has_paid)
        return view

    return declare


def network() -> str:
    """The address the request came from, or the network an IPv6 household has to itself."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, NETWORK_BITS), strict=False))


def _quota(settings: Settings) -> str:
    writes = request.method in WRITING
    return f"{settings.limit_writes_a_minute if writes else settings.limit_reads_a_minute}/minute"


def _is_any_set(settings: Settings) -> bool:
    limits = (settings.limit_reads_a_minute, settings.limit_writes_a_minute, settings.limit_all_writes_a_minute)
    return any(limit < NO_LIMIT for limit in limits)


def _is_exempt() -> bool:
    if request.endpoint is None or request.endpoint in NEVER_REFUSED or _who_may_enter() is Who.SANDBOX:
        return True
    if "limits_lifted" not in g:
        has_paid: Callable[[], bool] | None = getattr(current_app.view_functions[request.endpoint], LIFTED, None)
        g.limits_lifted = has_paid is not None and has_paid()
    return bool(g.limits_lifted)


def _is_for_the_known() -> bool:
    return _who_may_enter() in KNOWN


def _is_unproven(answer: Response) -> bool:
    """Whether a route of the known was asked for by somebody who is not."""
    return answer.status_code in UNPROVEN or bool(g.get("is_nobody"))


def _who_may_enter() -> Who | None:
    rule = rule_of(current_app, request.endpoint) if request.endpoint else None
    return rule.who if rule is not None else None


def _tell(limiter: Limiter, response: Response) -> Response:
    """The headers; an answer that anybody may cache says nothing of who first asked for it."""
    if response.cache_control.public:
        return response
    counted = limiter.current_limits
    if counted:
        response.headers["RateLimit-Policy"] = ", ".join(
            f'"{_name(each)}";q={each.limit.amount};w={each.limit.get_expiry()}' for each in counted
        )
        response.headers["RateLimit"] = ", ".join(
            f'"{_name(each)}";r={max(0, each.remaining)};t={_seconds_left(each)}' for each in counted
        )
    for each in counted:
        if each.breached:
            response.headers["Retry-After"] = str(_seconds_left(each))
    return response


def _name(counted: RequestLimit) -> str:
    return HOUSE if HOUSE in counted.request_args else "network"


def _seconds_left(counted: RequestLimit) -> int:
    """The limiter's windows end by the machine's own time."""
    left = counted.reset_at - int(Clock.machine_now().timestamp())
    return min(max(1, left), counted.limit.get_expiry())
