"""HTTP: what arrives, what is shown, what is answered; and who may enter each room."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from api import (
    access,
    bookings,
    cors,
    docs,
    finance,
    health,
    logs,
    mailbox,
    moved,
    newsletter,
    open_forms,
    preferences,
    sets,
    webhooks,
)
from api.composition import compose, find_sandbox
from api.context import current_staff
from api.headers import secure
from api.limits import limit_requests
from api.pages import about, book, catalogue, embed, holder, home, sign_up
from api.pages import mailbox as mailbox_pages
from api.pages import newsletter as newsletter_pages
from api.pages.staff import finance as staff_finance
from api.pages.staff import sign_in as staff_sign_in
from api.problems import HouseApi
from api.reading import read_strictly
from api.sandbox import Sandbox, mail_pages, pages, site, styleguide
from api.sandbox.stripe import money_moves, pay
from api.spec import SPEC_OPTIONS, describe
from api.staff import attention as staff_attention
from api.staff import refunds as staff_refunds
from api.staff import set_parts as staff_set_parts
from api.staff import sets as staff_sets
from api.staff import texts as staff_texts
from api.staff_session import csrf_token
from api.watching import watch
from api.wire import OrjsonProvider
from services.outside import Outside
from services.payments.gateway import Patience
from services.sets.errors import SetNotFound
from services.settings import Settings

LARGEST_BODY = 64 * 1024

OPERATIONS = (
    sets.blueprint,
    bookings.blueprint,
    newsletter.blueprint,
    preferences.blueprint,
    mailbox.blueprint,
    open_forms.blueprint,
    staff_sets.blueprint,
    staff_set_parts.blueprint,
    staff_texts.blueprint,
    staff_attention.blueprint,
    staff_refunds.blueprint,
    *finance.BLUEPRINTS,
)
MACHINERY = (webhooks.blueprint, health.blueprint, docs.blueprint)
PAGES = (
    embed.blueprint,
    home.blueprint,
    catalogue.blueprint,
    book.blueprint,
    holder.blueprint,
    sign_up.blueprint,
    newsletter_pages.blueprint,
    mailbox_pages.blueprint,
    about.blueprint,
    staff_sign_in.blueprint,
    *staff_finance.BLUEPRINTS,
)
SANDBOX = (
    site.blueprint,
    styleguide.blueprint,
    pages.blueprint,
    mail_pages.blueprint,
    pay.blueprint,
    money_moves.blueprint,
)


def create_app(outside: Outside | None = None, sandbox: Sandbox | None = None) -> Flask:
    """Build the app around the given outside world, or the one that the settings describe."""
    if outside is None:
        logs.configure()
        settings = Settings()
        outside, sandbox = compose(settings, Patience.WEB), find_sandbox(settings)
    app = logs.App(__name__, static_folder=None, template_folder="pages/templates")
    app.json = OrjsonProvider(app)
    read_strictly(app)
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, MAX_FORM_MEMORY_SIZE=LARGEST_BODY, **SPEC_OPTIONS)
    app.config["TRUSTED_HOSTS"] = outside.settings.hosts
    _count_proxies(app, outside.settings.proxy_hops)
    app.extensions["outside"] = outside
    watch(app)
    app.after_request(partial(secure, outside.settings))
    app.after_request(cors.allow_origin)
    app.context_processor(partial(_on_every_page, outside.settings))
    app.jinja_env.globals.update(csrf_token=csrf_token, current_staff=current_staff)
    limit_requests(app, outside.settings)
    _add_rooms(app, sandbox)
    access.require_declared(app)
    return app


def _count_proxies(app: Flask, hops: int) -> None:
    """Believe exactly as many proxies as the operator names; never what they say of the host, which PUBLIC_URL says."""
    if hops:
        proxied = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0, x_port=0, x_prefix=0)
        app.wsgi_app = proxied  # type: ignore[method-assign]  # as Flask's documentation has it


def _add_rooms(app: Flask, sandbox: Sandbox | None) -> None:
    api = HouseApi(app)
    for operations in OPERATIONS:
        api.register_blueprint(operations)
    for room in (*MACHINERY, *PAGES):
        app.register_blueprint(room)
    if sandbox is not None:
        app.extensions["sandbox"] = sandbox
        for room in SANDBOX:
            app.register_blueprint(room)
    app.register_error_handler(SetNotFound, moved.lead_on)
    app.extensions["spec"] = partial(describe, api)


def _on_every_page(settings: Settings) -> dict[str, Any]:
    return {"organisation_name": settings.organisation_name, "privacy_url": settings.privacy_notice_url or "/privacy"}
