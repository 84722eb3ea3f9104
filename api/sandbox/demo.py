"""What a newcomer's first start needs: secrets of its own, and a file that tells scripts where to look."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from api.sandbox import STATE_FILE
from services.settings import AppEnv, Settings, new_secret

SECRETS_FILE = "secrets.json"
DEMO_FILE = "demo.json"
STAFF_EMAIL = "finance@larkfield.example"
WRITTEN = (SECRETS_FILE, DEMO_FILE, "setlist.sqlite3*", f"{STATE_FILE}*", "sandbox.lock")


@dataclass(frozen=True)
class Demo:
    """`var/demo.json`: where the embedded default is reached, and the keys to it."""

    base_url: str
    site_key: str
    staff_key: str
    finance_key: str
    stripe_webhook_secret: str
    staff_email: str = STAFF_EMAIL
    """Who may sign in at /staff/finance; the letter is in the sandbox's mailbox."""


def known_or_new_secrets(var_dir: Path) -> dict[str, str]:
    """The embedded default's secrets as environment variables, made at the first start and kept."""
    path = var_dir / SECRETS_FILE
    if not path.exists():
        var_dir.mkdir(parents=True, exist_ok=True)
        _write_privately(path, orjson.dumps(new_secrets()))
    known: dict[str, str] = orjson.loads(path.read_bytes())
    return known


def new_secrets() -> dict[str, str]:
    return {
        "SECRET_KEY": new_secret(),
        "ADDRESS_PEPPER": new_secret(),
        "STRIPE_WEBHOOK_SECRET": f"whsec_{new_secret()}",
    }


def find_demo(var_dir: Path) -> Demo | None:
    path = var_dir / DEMO_FILE
    return Demo(**orjson.loads(path.read_bytes())) if path.exists() else None


def write_demo(var_dir: Path, demo: Demo) -> None:
    _write_privately(var_dir / DEMO_FILE, orjson.dumps(asdict(demo), option=orjson.OPT_INDENT_2))


def throwaway_settings(folder: Path) -> Settings:
    """Settings for a task that needs the app but no data: describing it."""
    return Settings(
        app_env=AppEnv.TEST,
        database_url=f"sqlite:///{folder}/empty.sqlite3",
        var_dir=folder,
        secret_key=new_secret(),
        address_pepper=new_secret(),
    )


def forget_everything(var_dir: Path) -> None:
    """Start over: delete what the embedded default writes, and nothing else that lies in the folder."""
    for written in WRITTEN:
        for path in var_dir.glob(written):
            path.unlink()


def _write_privately(path: Path, content: bytes) -> None:
    """All of it or nothing, however the process ends; readable for its owner alone."""
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600, exist_ok=True)
    fresh.write_bytes(content)
    fresh.replace(path)
