"""The text of what is asked about the server and its schema."""

INDEXES = (
    "SHOW INDEXES YIELD name, state, type WHERE type <> 'LOOKUP' RETURN name, state"
)
AWAIT_INDEXES = "CALL db.awaitIndexes($seconds)"
ONLINE = "ONLINE"
FAILED = "FAILED"
COMPONENTS = (
    "CALL dbms.components() YIELD versions, edition RETURN versions[0], edition"
)
CLOCK = """
WITH datetime.realtime() AS now RETURN now.epochSeconds * 1000000 + now.microsecond
"""
ONE_STORE = "MATCH (m:Closeknit) RETURN count(m)"
LAST_BATCH = """
MATCH (m:Closeknit {name: 'store'})
OPTIONAL MATCH (b:Batch) WHERE b.seq > 0
WITH m, b ORDER BY b.seq DESC LIMIT 1
RETURN m.seq, coalesce(b.seq, 0)
"""
