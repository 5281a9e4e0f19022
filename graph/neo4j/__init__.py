"""The engine of production: Neo4j 5.26 or newer, a server that many share."""

from graph.neo4j.checkup import examine
from graph.neo4j.setup import open_migrator
from graph.neo4j.store import Neo4jStore, open_store

__all__ = ["Neo4jStore", "examine", "open_migrator", "open_store"]
