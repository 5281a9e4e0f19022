"""Whatever was said, and by whatever settings: reading it again changes nothing."""

from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.ids import Ids
from graph.model import Record, Version
from ingest.facts.attributes import filled
from ingest.facts.facts import Facts
from ingest.normalize import ATTRIBUTES
from ingest.renormalizing.rederiving import Span, rederived, spans_now
from ingest.settings import IngestSettings

RECORD = Record(id="a" * 32, source="crm", key="1")
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "03/04/1975", "25/04/1975", "04-25-1975", "05061987", "3.4.1975",
            "600 123 456", "067 123 45 67", "+48 600 123 456", "8 916 123 45 67",
            "Anna@X.ua", "а@х.ua", "AB123456", "АВ123456", "1234567890", "@Anna",
            "пан Іван Коваль", "Коваль (Ткач) Анна", "м. Київ вул. Липова 12 кв 5",
        ]
    ),
)  # fmt: skip
RAW = st.dictionaries(
    st.sampled_from(sorted(ATTRIBUTES | {"x.own"})),
    st.lists(TEXTS, min_size=1, max_size=3),
    max_size=5,
)
SETTINGS = st.builds(
    IngestSettings,
    region=st.sampled_from(["UA", "PL", "US", "RU"]),
    date_order=st.sampled_from(["dmy", "mdy", None]),
)


@settings(deadline=None)
@given(raw=RAW, how=SETTINGS)
def test_an_unchanged_normalizer_changes_nothing(
    raw: dict[str, list[str]], how: IngestSettings
) -> None:
    facts = Facts(Ids(), how)
    before = {name: list(texts) for name, texts in raw.items()}
    facts.says(RECORD.id, "crm", raw, None)
    batch = facts.take()
    assert raw == before  # raw texts are never touched
    versions = [one for one in batch.nodes if isinstance(one, Version)]
    said = [rederived(one, RECORD, IngestSettings()) for one in versions]
    assert [one.after for one in said] == versions
    assert [one.raw for one in versions] == ([filled(raw)] if filled(raw) else [])
    # What a record bears follows from what it says.
    borne = {edge.target for edge in batch.edges if edge.type == "HAS"}
    ids = Ids()
    spans = {key: Span(None, None) for one in said for key in one.old}
    now = spans_now(RECORD, said, spans, how.region)
    assert {ids.identifier(*cast("tuple[str, str]", key)) for key in now} == borne
