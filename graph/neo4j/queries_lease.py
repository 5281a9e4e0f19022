"""The text of statements on leases."""

from graph.neo4j.queries_write import AT_NOW, TURN

LEASE = "MATCH (l:Lease {name: $name}) RETURN l.holder, l.token, l.expires_at"
SET_LEASE = """
UNWIND $rows AS row
MERGE (l:Lease {name: row[0]})
SET l.holder = row[1], l.token = row[2], l.expires_at = row[3]
"""
# A lease is taken, held longer and given back by one statement each, which waits for
# the turn to write first: everything behind the first line is read after it.
TAKE_LEASE = f"""
{TURN} {AT_NOW}
OPTIONAL MATCH (l:Lease {{name: $name}})
WITH now, l.holder AS held, coalesce(l.token, 0) AS token,
    l IS NULL OR l.holder IN $free OR l.expires_at <= now AS free
FOREACH (_ IN CASE WHEN free THEN [1] ELSE [] END |
    MERGE (n:Lease {{name: $name}})
    SET n.holder = $holder, n.token = token + 1, n.expires_at = now + $span)
RETURN free, held, token + 1, now + $span
"""
KEEP_LEASE = f"""
{TURN} {AT_NOW}
OPTIONAL MATCH (l:Lease {{name: $name}})
WITH now, l.holder AS held, l.token AS token
FOREACH (_ IN CASE WHEN held = $holder AND token = $token THEN [1] ELSE [] END |
    MERGE (n:Lease {{name: $name}})
    SET n.holder = $then, n.expires_at = $factor * (now + $span))
RETURN held, token, now + $span
"""
