"""Taking a statement back that was uploaded by mistake, or read as what it is not."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.audit.log import Change, record
from services.finance.bank.errors import BankStatementMatched, BankStatementNotFound, BankStatementShared
from services.finance.discrepancies import take_turns
from services.finance.models import BankCsvMapping, BankLine, BankStatement
from services.finance.reconciliation import reconcile


def take_back_statement(session: Session, statement_id: UUID, *, by: str, now: datetime) -> None:
    """Forget a statement and the lines that it brought, and by which columns files like it are read.

    Raises BankStatementNotFound, BankStatementMatched, BankStatementShared.
    """
    take_turns(session)
    statement = session.get(BankStatement, statement_id, with_for_update=True)
    if statement is None:
        raise BankStatementNotFound
    _refuse_matched(session, statement)
    _refuse_shared(session, statement)
    facts = {"lines": statement.lines_read, "known": statement.lines_known}
    session.execute(delete(BankLine).where(BankLine.statement_id == statement.id))
    session.execute(delete(BankCsvMapping).where(BankCsvMapping.shape == statement.csv_shape))
    session.execute(delete(BankStatement).where(BankStatement.id == statement.id))
    record(session, Change(by, "bank_statement.taken_back", "bank_statement", statement_id, facts), at=now)
    reconcile(session, now=now)


def _refuse_matched(session: Session, statement: BankStatement) -> None:
    matched = select(BankLine.id).where(BankLine.statement_id == statement.id, BankLine.payout_id.is_not(None))
    if session.scalar(matched.limit(1)) is not None:
        raise BankStatementMatched


def _refuse_shared(session: Session, statement: BankStatement) -> None:
    """Which lines a later statement shows again is not stored: any that shows known ones of these days may."""
    later = (
        select(BankStatement.id)
        .where(
            BankStatement.id > statement.id,
            BankStatement.lines_known > 0,
            BankStatement.account_label == statement.account_label,
            BankStatement.currency == statement.currency,
            BankStatement.from_on <= statement.until_on,
            BankStatement.until_on >= statement.from_on,
        )
        .order_by(BankStatement.id.desc())
    )
    shared = session.scalars(later.limit(1)).first()
    if shared is not None:
        raise BankStatementShared(shared)
