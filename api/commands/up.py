"""`setlist up`: web, worker and sandbox together, on SQLite, with no other service and no account anywhere."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import requests

from api.sandbox.demo import find_demo, forget_everything, known_or_new_secrets, new_secrets
from services.settings import AppEnv, Settings

PROCESSES = ("sandbox", "worker", "serve")
READY_WITHIN_SECONDS = 60
GRACE_SECONDS = 80
"""Longer than the worker takes to finish what it is doing."""
RESTART_PAUSE_SECONDS = 1


@dataclass
class Child:
    """One of our processes; it has a process group of its own, so that Ctrl-C reaches it through us alone."""

    name: str
    environment: dict[str, str]
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, name: str, environment: dict[str, str]) -> Child:
        return cls(name, environment, subprocess.Popen(_command(name), env=environment, start_new_session=True))  # noqa: S603

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def stop(self) -> None:
        if not self.has_ended():
            self.process.send_signal(signal.SIGTERM)

    def wait(self) -> None:
        try:
            self.process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def main(arguments: list[str]) -> int:
    """Set up what is missing, start everything, say where to look, and stop it all on Ctrl-C."""
    parser = ArgumentParser(prog="setlist up", description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="forget all data and start over")
    options = parser.parse_args(arguments)
    environment = _environment()
    if environment.get("APP_ENV") == AppEnv.PRODUCTION:
        sys.stderr.write(
            "`setlist up` is for trying Setlist out; in production start serve and worker by themselves.\n"
        )
        return 2
    planned = _settings(new_secrets() | environment)  # a wrong one is told before anything is touched
    if _is_taken(planned):
        sys.stderr.write(f"Port {planned.port} is in use: choose another with PORT=8001.\n")
        return 1
    if options.fresh:
        forget_everything(Path(environment["VAR_DIR"]))
    environment = known_or_new_secrets(Path(environment["VAR_DIR"])) | environment
    settings = _settings(environment)
    for task in ("migrate", "seed"):
        done = subprocess.run(_command(task), env=environment, check=False, stdout=subprocess.DEVNULL)  # noqa: S603
        if done.returncode != 0:  # and it has said why
            return done.returncode
    return _run(environment, settings)


def _run(environment: dict[str, str], settings: Settings) -> int:
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    children = [Child.start(name, environment) for name in PROCESSES]
    try:
        if not _becomes_ready(settings, children, stopping):
            return 0 if stopping.is_set() else 1
        sys.stdout.write(_where_to_look(settings))
        sys.stdout.flush()
        while not stopping.wait(RESTART_PAUSE_SECONDS):
            children = [_alive(child) for child in children]
    finally:
        for child in reversed(children):
            child.stop()
        for child in children:
            child.wait()
    return 0


def _alive(child: Child) -> Child:
    if not child.has_ended():
        return child
    sys.stderr.write(f"{child.name} ended with {child.process.returncode}; starting it again.\n")
    return Child.start(child.name, child.environment)


def _becomes_ready(settings: Settings, children: list[Child], stopping: Event) -> bool:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline and not stopping.wait(0.1):
        if dead := [child.name for child in children if child.has_ended()]:
            sys.stderr.write(f"{', '.join(dead)} did not start.\n")
            return False
        if _is_ready(settings):
            return True
    return False


def _is_ready(settings: Settings) -> bool:
    try:
        return requests.get(f"{_here(settings)}/readyz", timeout=2).status_code == 200
    except requests.RequestException:
        return False


def _environment() -> dict[str, str]:
    """This process's environment with the embedded default's own values where nothing else is said."""
    given = {name: value for name, value in os.environ.items() if value}
    port = given.get("PORT", "8000")
    chosen = {
        "HOST": "127.0.0.1",
        "PORT": port,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "WEBHOOK_TARGET_URL": f"http://127.0.0.1:{port}",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(_free_port()),
        "VAR_DIR": "var",
    }
    chosen["DATABASE_URL"] = f"sqlite:///{given.get('VAR_DIR', chosen['VAR_DIR'])}/setlist.sqlite3"
    return chosen | given


def _settings(environment: dict[str, str]) -> Settings:
    return Settings.model_validate({name.lower(): value for name, value in environment.items()})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _is_taken(settings: Settings) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((settings.host, settings.port)) == 0


def _command(name: str) -> list[str]:
    return [sys.executable, "-m", "api.commands", name]


def _here(settings: Settings) -> str:
    return f"http://{settings.host}:{settings.port}"


def _where_to_look(settings: Settings) -> str:
    demo, url = find_demo(settings.var_dir), settings.origin
    if demo is None:
        raise RuntimeError("seeding wrote no demo.json")
    return f"""
Setlist is running, with stand-ins for Stripe, Mailchimp and the mail server. No money moves, no mail leaves.

  Start here     {url}/sandbox/site   a charity's website, with the forms in it
  The sets       {url}/sets
  The mailbox    {url}/sandbox/mail
  The API        {url}/docs
  Finance        {url}/staff/finance   sign in as {demo.staff_email}: the letter is in the mailbox

  Site key       {demo.site_key}
  Staff key      {demo.staff_key}
  Finance key    {demo.finance_key}

The same for scripts: {settings.var_dir}/demo.json. Ctrl-C stops everything; FRESH=1 starts over.
"""
