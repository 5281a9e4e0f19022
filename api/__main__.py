"""``python -m api`` is the command ``closeknit``."""

from api.cli import main

main()
