"""Every setting in one typed place, checked when a process starts."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

NO_LIMIT = 1_000_000_000
LIMIT_STORAGES = frozenset({"memory", "redis", "rediss"})
DATABASES = frozenset({"sqlite", "postgresql+psycopg"})
BARE_ADDRESS = re.compile(r"[\w.+'-]+@[\w.-]+", re.ASCII)


class AppEnv(StrEnum):
    PRODUCTION = "production"
    EMBEDDED = "embedded"
    TEST = "test"


class MailSecurity(StrEnum):
    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class Settings(BaseSettings):
    """What an operator may set, by environment variables of these names in capitals."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    app_env: AppEnv = Field(
        AppEnv.EMBEDDED, description="`embedded`: local stand-ins for Stripe, Mailchimp and mail; `production`; `test`"
    )
    public_url: str = Field(
        "http://127.0.0.1:8000", description="Where visitors reach this server; links start with it"
    )
    trusted_hosts: str = Field(
        "",
        description="Further host names this server answers to, comma-separated, as for a probe or a metrics scraper; "
        "PUBLIC_URL's and this machine's own are always among them",
    )
    metrics_token: str = Field(
        "", description="Bearer token by which `/metrics` may be read; empty: not at all in production"
    )
    proxy_hops: int = Field(
        0,
        ge=0,
        le=5,
        description="How many proxies stand before this server and set X-Forwarded-For; 0: that header is not read",
    )
    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on")
    web_workers: int = Field(2, ge=1, le=64, description="Web processes; one a core is right")
    database_url: str = Field(
        "sqlite:///var/setlist.sqlite3", description="`sqlite:///path` or `postgresql+psycopg://...`"
    )
    var_dir: Path = Field(Path("var"), description="Folder for scratch files: leases, the sandbox's state")
    secret_key: str = Field(
        "", description="32 random bytes or more, as text; every token key is derived from it. Keep it safe"
    )
    retired_secret_keys: str = Field(
        "", description="Earlier secret keys, comma-separated: their unsubscribe links keep working"
    )
    address_pepper: str = Field("", description="Secret for the keyed hashes of addresses; lives outside the database")
    organisation_name: str = Field("Larkfield Action Learning", description="The charity's name, in letters and pages")
    hold_minutes: int = Field(45, ge=1, le=1440, description="How long a place is held for someone who is paying")
    idempotency_lease_seconds: int = Field(
        30, ge=1, le=600, description="How long a request may run before a repeat of it may take over"
    )
    staff_session_hours: int = Field(
        12, ge=1, le=168, description="How long somebody of staff stays signed in, however busy they are"
    )
    staff_session_idle_minutes: int = Field(
        120, ge=5, le=1440, description="How long they stay signed in without opening a staff page"
    )
    limit_reads_a_minute: int = Field(
        600, ge=1, description="Requests that only read, from one IP address to one operation. With stand-ins: no limit"
    )
    limit_writes_a_minute: int = Field(
        30,
        ge=1,
        description="Requests that change something, from one IP address to one operation. With stand-ins: none",
    )
    limit_all_writes_a_minute: int = Field(
        3000, ge=1, description="The same from everybody together, to the whole API and all pages. With stand-ins: none"
    )
    limit_places_an_hour: int = Field(
        20, ge=1, description="Places that one mail address may ask for, in all its bookings. With stand-ins: no limit"
    )
    limit_network_places_an_hour: int = Field(
        100, ge=1, description="Places asked for from one IP address (IPv6: one /64 network). With stand-ins: no limit"
    )
    limit_plain_forms_an_hour: int = Field(
        20, ge=1, description="Hosted forms sent without script from one IP address. With stand-ins: no limit"
    )
    limits_storage_url: str = Field(
        "memory://",
        description="Where limits of IP addresses are counted: `memory://`, each web process by itself, or `redis://...`",
    )
    proof_of_work_effort: int = Field(
        50_000,
        ge=1,
        le=10_000_000,
        description="Hashes that a form of a page costs its sender at most, half on average",
    )
    stripe_api_key: str = Field("", description="Stripe secret or restricted key; empty in the embedded default")
    stripe_webhook_secret: str = Field("", description="Signing secret of the webhook endpoint")
    stripe_webhook_secret_next: str = Field("", description="A second signing secret, while one replaces the other")
    stripe_checkout_origin: str = Field(
        "https://checkout.stripe.com",
        description="Origin of Stripe's payment page; another where you have a custom domain",
    )
    mailchimp_api_key: str = Field("", description="Mailchimp API key, with its data centre: `...-us1`")
    mailchimp_list_id: str = Field("", description="The Mailchimp audience that mirrors ours; empty: no mirror")
    smtp_host: str = Field("127.0.0.1", description="Mail server")
    smtp_port: int = Field(1025, ge=1, le=65535, description="Its port")
    smtp_username: str = Field("", description="User name there, if it asks for one")
    smtp_password: str = Field("", description="Password there")
    smtp_security: MailSecurity = Field(MailSecurity.NONE, description="`none`, `starttls` or `tls`")
    mail_from: str = Field("places@setlist.example", description="The address letters come from")
    privacy_notice_url: str = Field(
        "", description="Where your privacy notice is published; shown in letters and pages"
    )
    contact_email: str = Field(
        "", description="Where people write about bookings, privacy and security; empty: MAIL_FROM"
    )
    webhook_target_url: str = Field("", description="Where the sandbox delivers webhooks; empty: PUBLIC_URL")
    fault_points: str = Field("", description="For tests alone, with APP_ENV=test: points at which a process dies")

    @model_validator(mode="before")
    @classmethod
    def _lift_limits(cls, given: dict[str, Any]) -> dict[str, Any]:
        """With stand-ins everybody is on one machine: unless said otherwise its own load never meets a limit."""
        if given.get("app_env", AppEnv.EMBEDDED) == AppEnv.PRODUCTION:
            return given
        return {name: NO_LIMIT for name in cls.model_fields if name.startswith("limit_")} | given

    @model_validator(mode="after")
    def _can_start(self) -> Self:
        problems = [
            *self._url_problems(),
            *self._limits_problems(),
            *self._database_problems(),
            *self._secret_problems(),
            *self._address_problems(),
            *self._stand_in_problems(),
            *self._production_problems(),
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _url_problems(self) -> list[str]:
        parts = urlsplit(self.public_url)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
            return ["PUBLIC_URL must be an http(s) origin without a path"]
        return []

    def _limits_problems(self) -> list[str]:
        if urlsplit(self.limits_storage_url).scheme not in LIMIT_STORAGES:
            return ["LIMITS_STORAGE_URL must be memory:// or redis://host:port/number"]
        return []

    def _secret_problems(self) -> list[str]:
        wanted = {"SECRET_KEY": self.secret_key, "ADDRESS_PEPPER": self.address_pepper}
        return [f"{name} must have 32 characters or more" for name, value in wanted.items() if len(value) < 32]

    def _address_problems(self) -> list[str]:
        named = {"MAIL_FROM": self.mail_from, "CONTACT_EMAIL": self.contact_email}
        return [
            f"{name} must be an address alone, like places@charity.example"
            for name, value in named.items()
            if value and not BARE_ADDRESS.fullmatch(value)
        ]

    def _database_problems(self) -> list[str]:
        try:
            kind = make_url(self.database_url).drivername
        except (ArgumentError, ValueError):
            kind = ""
        if kind not in DATABASES:
            return ["DATABASE_URL must be sqlite:///path or postgresql+psycopg://user:password@host/database"]
        return []

    def _stand_in_problems(self) -> list[str]:
        problems = []
        if self.has_sandbox and "_live_" in self.stripe_api_key:
            problems.append("the stand-ins are refused with a live Stripe key: set APP_ENV=production")
        if self.fault_points and self.app_env is not AppEnv.TEST:
            problems.append("FAULT_POINTS are for APP_ENV=test alone")
        return problems

    def _production_problems(self) -> list[str]:
        if self.has_sandbox:
            return []
        needed = {"STRIPE_API_KEY": self.stripe_api_key, "STRIPE_WEBHOOK_SECRET": self.stripe_webhook_secret}
        problems = [f"{name} is needed in production" for name, value in needed.items() if not value]
        if unset := {"public_url", "mail_from"} - self.model_fields_set:
            problems.append(f"{', '.join(sorted(unset)).upper()} must be said in production")
        if self.mailchimp_list_id and not self.mailchimp_api_key:
            problems.append("MAILCHIMP_LIST_ID needs MAILCHIMP_API_KEY")
        return problems

    @property
    def has_sandbox(self) -> bool:
        """Whether local stand-ins take the place of Stripe, Mailchimp and the mail server."""
        return self.app_env is not AppEnv.PRODUCTION

    @property
    def origin(self) -> str:
        """PUBLIC_URL without a closing slash."""
        return self.public_url.rstrip("/")

    @property
    def hosts(self) -> list[str]:
        """The names a request may call this server by; any other is refused."""
        named = [name.strip() for name in self.trusted_hosts.split(",") if name.strip()]
        return [urlsplit(self.public_url).hostname or "localhost", "localhost", "127.0.0.1", *named]

    @property
    def hold(self) -> timedelta:
        return timedelta(minutes=self.hold_minutes)

    @property
    def staff_session(self) -> timedelta:
        return timedelta(hours=self.staff_session_hours)

    @property
    def staff_session_idle(self) -> timedelta:
        return timedelta(minutes=self.staff_session_idle_minutes)

    @property
    def idempotency_lease(self) -> timedelta:
        return timedelta(seconds=self.idempotency_lease_seconds)


def new_secret() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)
