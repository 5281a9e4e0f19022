"""Word lists that ship beside the code."""

from importlib import resources


def lines(package: str, name: str) -> list[str]:
    """The lines of a package's data file; blank ones and comments are left out."""
    text = resources.files(package).joinpath("data", name).read_text("utf-8")
    found = (line.strip() for line in text.splitlines())
    return [line for line in found if line and not line.startswith("#")]
