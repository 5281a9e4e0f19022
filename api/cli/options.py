"""Options that several commands take: tables, their mapping, the truth of labels."""

from pathlib import Path
from typing import Annotated

import typer

_MAP = typer.Option("--map", metavar="map.toml", help="Which column is what.")
MapOption = Annotated[Path, _MAP]
MaybeMapOption = Annotated[Path | None, _MAP]
TableOption = Annotated[Path, typer.Option("--table", help="CSV or Parquet.")]
ClustersOption = Annotated[
    Path, typer.Option("--clusters", help="The truth: record_id, cluster_id.")
]
