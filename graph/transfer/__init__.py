"""Moving a whole store: export to Parquet files and import from them."""

from graph.transfer.manifest import Manifest, namespace_of
from graph.transfer.reading import import_
from graph.transfer.writing import export

__all__ = ["Manifest", "export", "import_", "namespace_of"]
