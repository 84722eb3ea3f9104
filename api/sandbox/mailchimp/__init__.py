"""The stand-in for Mailchimp's Marketing API, for the embedded default and for tests.

It speaks Mailchimp's words (*list*, *member*, *merge field*) because the real client library talks to it. It plays what
Setlist uses and the refusals that Setlist must survive; what it answers is held to Mailchimp's published description
by a test. It sends no mail and knows nothing of Setlist.
"""

from api.sandbox.mailchimp.app import mailchimp_app
from api.sandbox.mailchimp.lists import SANDBOX_LIST_ID
from api.sandbox.mailchimp.members import all_members

__all__ = ["SANDBOX_LIST_ID", "all_members", "mailchimp_app"]
