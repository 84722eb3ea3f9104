"""Named points at which a test may have this process killed, to show that nothing is lost there."""

from __future__ import annotations

import os
import signal

POINTS = frozenset(
    {
        "hold_before_commit",
        "hold_committed",
        "checkout_opened_not_stored",
        "booking_committed_not_answered",
        "webhook_before_commit",
        "webhook_committed_not_answered",
        "effects_handed_over",
        "effect_claimed",
        "effect_done_not_marked",
        "payment_read_not_settled",
        "payment_before_commit",
        "payment_settled_not_mailed",
        "letter_claimed",
        "letter_accepted_not_marked",
        "refund_sent_not_stored",
        "import_page_before_commit",
        "import_page_stored",
        "payout_lines_stored",
        "unsubscribe_committed",
    }
)

_armed: set[str] = set()


def arm(points: str) -> None:
    """Arm comma-separated points; only start-up with APP_ENV=test calls this."""
    wanted = {point for point in points.split(",") if point}
    if unknown := wanted - POINTS:
        raise ValueError(f"no such fault points: {sorted(unknown)}")
    _armed.update(wanted)


def fault_point(name: str) -> None:
    """Die here, at once and without a clean-up, if a test armed this point."""
    if name in _armed:
        os.kill(os.getpid(), signal.SIGKILL)
