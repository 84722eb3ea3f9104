"""Finance's front door: a month with its one number, what clears it, payouts, the bank's statements, exports.

The same services as the API's, shown to people. Every address is one that GET only shows and POST alone acts on; what
acts answers by leading to a page that shows the outcome.
"""

from api.pages.staff.finance.bank import blueprint as bank
from api.pages.staff.finance.bank_lines import blueprint as bank_lines
from api.pages.staff.finance.columns import blueprint as columns
from api.pages.staff.finance.discrepancies import blueprint as discrepancies
from api.pages.staff.finance.exports import blueprint as exports
from api.pages.staff.finance.fetching import blueprint as fetching
from api.pages.staff.finance.month import blueprint as month
from api.pages.staff.finance.payouts import blueprint as payouts

BLUEPRINTS = (month, fetching, payouts, discrepancies, bank, columns, bank_lines, exports)
