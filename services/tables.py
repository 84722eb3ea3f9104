"""The one list of every module that defines tables, for Alembic and the tests."""

from services.access import models as access
from services.attention import models as attention
from services.audit import models as audit
from services.bookings import models as bookings
from services.database import Base
from services.database import models as database
from services.effects import models as effects
from services.finance import models as finance
from services.ledger import models as ledger
from services.mail import models as mail
from services.newsletter import models as newsletter
from services.payments import models as payments
from services.people import models as people
from services.requests import models as requests
from services.sets import models as sets
from services.suppression import models as suppression

__all__ = [
    "Base",
    "access",
    "attention",
    "audit",
    "bookings",
    "database",
    "effects",
    "finance",
    "ledger",
    "mail",
    "newsletter",
    "payments",
    "people",
    "requests",
    "sets",
    "suppression",
]
