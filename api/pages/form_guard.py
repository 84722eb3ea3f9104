"""What keeps programs from filling in our own forms: a signed token, a field nobody sees, a browser's work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

import orjson
from flask import request
from werkzeug.exceptions import HTTPException

from api.context import outside
from api.limits import network
from services.errors import DomainError
from services.requests.counts import Quota, count
from services.requests.errors import (
    FormTokenInvalid,
    FormTokenMissing,
    FormTokenSpent,
    ProofOfWorkInvalid,
    TooManyPlainForms,
)
from services.requests.form_tokens import (
    Form,
    FormToken,
    is_spent,
    make_form_token,
    open_form_token,
    serving,
    spend,
)
from services.requests.proof_of_work import is_solved, make_challenge

TOKEN, PROOF, TRAP = "form_token", "proof_of_work", "website"
OPEN_TOO_LONG = "This page was open for too long, or sent before. Nothing is lost: press the button again"
NOT_SENT = (FormTokenMissing, FormTokenInvalid, FormTokenSpent, ProofOfWorkInvalid, TooManyPlainForms)
"""What `sent_once` refuses; `why_not_sent` has the words."""


@dataclass(frozen=True)
class Protection:
    """What a form carries along: its token, and the work for a browser that runs scripts."""

    token: str
    challenge: str


def protect(form: str) -> Protection:
    """Fresh protection for one showing of the form of this name."""
    keyring, settings = outside().keyring, outside().settings
    text, token = make_form_token(keyring, _form(form), now=outside().clock.now())
    challenge = make_challenge(keyring, token.nonce, effort=settings.proof_of_work_effort)
    work = {
        "algorithm": challenge.algorithm,
        "salt": challenge.salt,
        "challenge": challenge.challenge,
        "maxNumber": challenge.max_number,
        "signature": challenge.signature,
    }
    return Protection(text, orjson.dumps(work).decode())


def is_trapped() -> bool:
    """Whether the field that nobody sees was filled in."""
    return bool(request.form.get(TRAP))


@contextmanager
def sent_once(form: str) -> Iterator[None]:
    """Let what is inside happen once for this showing of the form; a refusal inside leaves it to be sent again.

    Raises one of NOT_SENT.
    """
    with serving(outside().database, _proved(form), _request_sha256()):
        yield


def why_not_sent(refusal: DomainError) -> tuple[str, int]:
    """A sentence for whoever sees the form again, and the status of that page."""
    if isinstance(refusal, TooManyPlainForms):
        return refusal.title, 429
    return OPEN_TOO_LONG, 422


def uses_up_work(form: str) -> bool:
    """Whether the form brings a browser's work along that has served nothing yet; from now on it has."""
    try:
        token = _shown(form)
        return _is_worked(token) and not _is_spent(token) and _spend(token)
    except (DomainError, HTTPException):
        return False


def _proved(form: str) -> FormToken:
    token = _shown(form)
    if not request.form.get(PROOF):
        _count_plain_form()
    elif not _is_worked(token):
        raise ProofOfWorkInvalid
    return token


def _shown(form: str) -> FormToken:
    """The token that the form was shown with."""
    text = request.form.get(TOKEN)
    if not text:
        raise FormTokenMissing
    return open_form_token(outside().keyring, text, _form(form), now=outside().clock.now())


def _is_worked(token: FormToken) -> bool:
    return is_solved(outside().keyring, token.nonce, request.form.get(PROOF, ""))


def _is_spent(token: FormToken) -> bool:
    with outside().database.reading() as session:
        return is_spent(session, token)


def _spend(token: FormToken) -> bool:
    with outside().database.writing() as session:
        return spend(session, token, _request_sha256())


def _count_plain_form() -> None:
    """Whoever has no script may send the same form, within tighter limits."""
    quota = Quota("plain_forms", outside().settings.limit_plain_forms_an_hour, timedelta(hours=1), TooManyPlainForms)
    with outside().database.writing() as session:
        count(session, {quota: outside().keyring.network_hash(network())}, 1, now=outside().clock.now())


def _form(name: str) -> Form:
    return Form(name, outside().settings.origin)


def _request_sha256() -> str:
    """Names what was typed: sent again unchanged it is the same request."""
    typed = sorted((name, value) for name, value in request.form.items(multi=True) if name not in {TOKEN, PROOF})
    return sha256(orjson.dumps([request.path, typed])).hexdigest()
