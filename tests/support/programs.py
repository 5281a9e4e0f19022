"""Programs that benchmarks run by themselves, so that what they take is their own."""

import sys

CLOSEKNIT = (sys.executable, "-m", "api")
SPLINK = (sys.executable, "-W", "ignore", "-m", "tests.support.splink_peer")
CROWDS = (sys.executable, "-m", "tests.support.crowds")
