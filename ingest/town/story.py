"""Everything that was written into the feeds, kept for the truth."""

from dataclasses import dataclass, field

import numpy as np

from ingest.town.access import Hits
from ingest.town.calls import Calls
from ingest.town.crm import Consents, Contacts
from ingest.town.identities import Identities
from ingest.town.social import Follows, Posts
from ingest.town.stores import Accounts, Receipts, StoreVisits
from ingest.town.telegram import Chats
from ingest.town.visits import Visits
from ingest.town.web import WebCounts
from ingest.town.world import Life, World


@dataclass
class Story:
    """The town, its year, and the rows of each feed."""

    world: World
    life: Life
    ids: Identities
    visits: Visits
    hits: Hits
    receipts: Receipts
    store_visits: StoreVisits
    accounts: Accounts
    calls: Calls
    posts: Posts
    follows: Follows
    contacts: Contacts
    consents: Consents
    web: WebCounts = field(
        default_factory=lambda: WebCounts(0, 0, 0, np.zeros(0, np.int64))
    )
    chats: Chats | None = None
    lines: dict[str, int] = field(default_factory=dict[str, int])
