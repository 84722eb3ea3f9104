"""A page that takes an address and has a link mailed to it: one answer, whoever the address belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, make_response, render_template, request
from marshmallow import ValidationError

from api.context import outside
from api.pages.form_guard import NOT_SENT, is_trapped, protect, sent_once, why_not_sent
from api.wire import Email
from services.outside import Outside

ADDRESS = Email()
BAD_ADDRESS = "Enter an e-mail address like name@example.org"
LONGEST_ADDRESS = 254


@dataclass(frozen=True)
class AddressForm:
    """The form of a page, and what sending it asks for."""

    name: str
    """For the form's token."""
    template: str
    """Shows the form, with `email`, `errors` and `protection`."""
    sent_template: str
    """The answer to the form; it knows nothing of what was sent."""
    ask: Callable[[Outside, str], None]

    def show(self) -> Response:
        return self._page({}, 200)

    def take(self) -> Response:
        if is_trapped():
            return self._sent()
        try:
            email = ADDRESS.deserialize(request.form.get("email", ""))
            with sent_once(self.name):
                self.ask(outside(), email)
        except ValidationError:
            return self._page({"email": BAD_ADDRESS}, 422)
        except NOT_SENT as refused:
            sentence, status = why_not_sent(refused)
            return self._page({"": sentence}, status)
        return self._sent()

    def _sent(self) -> Response:
        """The same for everybody, also where nothing was done."""
        return make_response(render_template(self.sent_template), 202)

    def _page(self, errors: dict[str, str], status: int) -> Response:
        page = render_template(self.template, email=typed_address(), errors=errors, protection=protect(self.name))
        return make_response(page, status)


def typed_address() -> str:
    """What was typed, to be shown again."""
    return request.form.get("email", "")[:LONGEST_ADDRESS]
