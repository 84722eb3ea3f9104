"""Finance's operations, one file a resource: each asks for a secret key with `finance:read` or `finance:write`."""

from api.finance import (
    accounts,
    bank_lines,
    bank_statements,
    discrepancies,
    disputes,
    exports,
    imports,
    journal,
    months,
    payments,
    payouts,
    refunds,
)

BLUEPRINTS = (
    months.blueprint,
    imports.blueprint,
    payments.blueprint,
    refunds.blueprint,
    disputes.blueprint,
    payouts.blueprint,
    discrepancies.blueprint,
    bank_statements.blueprint,
    bank_lines.blueprint,
    accounts.blueprint,
    journal.blueprint,
    exports.blueprint,
)
