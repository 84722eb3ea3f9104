"""Stripe's API at the stand-in, as a WSGI application: who may call, which operation, which answer."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

import orjson
from marshmallow import Schema
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from api.sandbox.faults import Fault, Service, take_fault, with_broken_connections
from api.sandbox.state import SandboxState
from api.sandbox.stripe import balance, checkout, disputes, events, line_items, payments, payouts
from api.sandbox.stripe.account import API_VERSION, Account, Document, new_id
from api.sandbox.stripe.expansion import expand
from api.sandbox.stripe.forms import decode
from api.sandbox.stripe.listing import ListParameters
from api.sandbox.stripe.parameters import Parameters, read
from api.sandbox.stripe.refusals import InvalidParameter, StripeRefusal
from api.sandbox.stripe.replays import Answer, find_replay, fingerprint, keep_answer
from services.clock import Clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@dataclass(frozen=True)
class StripeSandbox:
    """How the stand-in is reached: where its pay page lies, and the key it answers to."""

    public_url: str
    secret_key: str


@dataclass(frozen=True)
class Operation:
    """One call of Stripe's API: its place, what it takes, and what it does."""

    method: str
    path: str
    parameters: Schema
    perform: Callable[..., Document]


def operations(pay_page: str) -> tuple[Operation, ...]:
    """Everything that the stand-in plays."""
    create_session = partial(checkout.create_session, pay_page=pay_page)
    session = "/v1/checkout/sessions/<session>"
    return (
        Operation("POST", "/v1/checkout/sessions", checkout.CreateParameters(), create_session),
        Operation("GET", "/v1/checkout/sessions", checkout.SessionListParameters(), checkout.list_sessions),
        Operation("GET", session, Parameters(), checkout.retrieve_session),
        Operation("POST", f"{session}/expire", Parameters(), checkout.expire_session),
        Operation("GET", f"{session}/line_items", ListParameters(), line_items.list_line_items),
        Operation("GET", "/v1/payment_intents/<intent>", Parameters(), payments.retrieve_intent),
        Operation("GET", "/v1/charges/<charge>", Parameters(), payments.retrieve_charge),
        Operation("POST", "/v1/refunds", payments.RefundParameters(), payments.create_refund),
        Operation("GET", "/v1/refunds", payments.RefundListParameters(), payments.list_refunds),
        Operation("GET", "/v1/refunds/<refund>", Parameters(), payments.retrieve_refund),
        Operation("GET", "/v1/balance", Parameters(), balance.retrieve_balance),
        Operation("GET", "/v1/balance_transactions", balance.TransactionListParameters(), balance.list_transactions),
        Operation("GET", "/v1/balance_transactions/<transaction>", Parameters(), balance.retrieve_transaction),
        Operation("GET", "/v1/disputes", disputes.DisputeListParameters(), disputes.list_disputes),
        Operation("GET", "/v1/disputes/<dispute>", Parameters(), disputes.retrieve_dispute),
        Operation("GET", "/v1/payouts", payouts.PayoutListParameters(), payouts.list_payouts),
        Operation("GET", "/v1/payouts/<payout>", Parameters(), payouts.retrieve_payout),
        Operation("GET", "/v1/events", events.EventListParameters(), events.list_events),
        Operation("GET", "/v1/events/<event>", Parameters(), events.retrieve_event),
    )


def stripe_app(state: SandboxState, clock: Clock, settings: StripeSandbox) -> WSGIApplication:
    """Stripe's API over this state, with the faults that are switched on."""
    return with_broken_connections(StripeApi(Account(state, clock), settings), state, Service.STRIPE)


class StripeApi:
    """Carries out one change at a time: the account's lock also keeps a key from being used twice at once."""

    def __init__(self, account: Account, settings: StripeSandbox) -> None:
        self._account = account
        self._secret_key = settings.secret_key
        self._routes = Map(
            [
                Rule(operation.path, methods=[operation.method], endpoint=operation)
                for operation in operations(settings.public_url + checkout.PAY_PATH)
            ]
        )

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        try:
            answer = self._answer(request)
        except StripeRefusal as refusal:
            answer = _refused(refusal)
        return _response(request, answer)(environ, start_response)

    def _answer(self, request: Request) -> Answer:
        self._check_key(request)
        if take_fault(self._account.state, Service.STRIPE, Fault.RATE_LIMIT):
            raise StripeRefusal("Request rate limit exceeded.", status=HTTPStatus.TOO_MANY_REQUESTS, code="rate_limit")
        _check_version(request)
        operation, ids = self._find_operation(request)
        given = request.args if request.method == "GET" else request.form
        parameters = read(operation.parameters, decode(given.items(multi=True)))
        perform = partial(self._perform, operation, parameters, ids)
        if request.method == "GET":
            return perform()
        with self._account.state.writing():
            key = request.headers.get("Idempotency-Key")
            if key is None:
                return perform()
            return self._perform_once(perform, key, fingerprint(request.method, request.path, parameters))

    def _perform_once(self, perform: Callable[[], Answer], key: str, seen: str) -> Answer:
        replay = find_replay(self._account, key, seen)
        if replay is not None:
            return replay
        answer = perform()
        keep_answer(self._account, key, seen, answer)
        return answer

    def _perform(self, operation: Operation, parameters: Document, ids: Mapping[str, str]) -> Answer:
        if take_fault(self._account.state, Service.STRIPE, Fault.ERROR_500):
            return _refused(_server_error())
        try:
            document = operation.perform(self._account, parameters, **ids)
            expand(self._account, document, parameters["expand"])
        except InvalidParameter:
            raise  # undoes the transaction: nothing was begun, and nothing is remembered
        except StripeRefusal as refusal:
            return _refused(refusal)
        return Answer(HTTPStatus.OK, orjson.dumps(document))

    def _check_key(self, request: Request) -> None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not given:
            raise StripeRefusal("You did not provide an API key.", status=HTTPStatus.UNAUTHORIZED)
        if not secrets.compare_digest(given.encode(), self._secret_key.encode()):
            raise StripeRefusal("Invalid API Key provided.", status=HTTPStatus.UNAUTHORIZED)

    def _find_operation(self, request: Request) -> tuple[Operation, Mapping[str, str]]:
        try:
            operation, ids = self._routes.bind_to_environ(request.environ).match()
        except HTTPException as error:
            raise StripeRefusal(
                f"Unrecognized request URL ({request.method}: {request.path}).", status=HTTPStatus.NOT_FOUND
            ) from error
        return operation, ids


def _check_version(request: Request) -> None:
    asked = request.headers.get("Stripe-Version", API_VERSION)
    if asked != API_VERSION:
        raise StripeRefusal(f"Invalid Stripe API version: {asked}. The stand-in plays {API_VERSION}.")


def _server_error() -> StripeRefusal:
    return StripeRefusal("An unknown error occurred.", status=HTTPStatus.INTERNAL_SERVER_ERROR, kind="api_error")


def _refused(refusal: StripeRefusal) -> Answer:
    return Answer(refusal.status, orjson.dumps(refusal.envelope()))


def _response(request: Request, answer: Answer) -> Response:
    response = Response(answer.body, answer.status, content_type="application/json")
    response.headers["Request-Id"] = new_id("req_", 14)
    response.headers["Stripe-Version"] = API_VERSION
    if answer.is_replayed:
        response.headers["Idempotent-Replayed"] = "true"
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR and "Idempotency-Key" in request.headers:
        # The key remembers the error, so that trying again with it would only be told the same.
        response.headers["Stripe-Should-Retry"] = "false"
    return response
