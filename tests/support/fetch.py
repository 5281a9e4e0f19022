"""The part of curl that the README uses, for machines without curl.

usage: fetch.py [-s] [-f] [-X METHOD] [-H 'NAME: VALUE'] [-d BODY] [--json BODY]
    URL
"""

import argparse
import sys
import urllib.request


def main() -> None:
    """Send one request; the answer's body goes to stdout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-s", "--silent", action="store_true")
    parser.add_argument("-f", "--fail", action="store_true")
    parser.add_argument("-X", "--request")
    parser.add_argument("-H", "--header", action="append", default=[])
    parser.add_argument("-d", "--data")
    parser.add_argument("--json")
    parser.add_argument("url")
    asked = parser.parse_args()
    url: str = asked.url if "://" in asked.url else f"http://{asked.url}"
    if not url.startswith("http://127.0.0.1:"):
        parser.error("only servers of this machine are asked")
    if asked.json is not None:
        asked.data = asked.json
        asked.header.append("Content-Type: application/json")
    request = urllib.request.Request(  # noqa: S310 - the line above checks the scheme
        url,
        data=asked.data.encode() if asked.data is not None else None,
        headers=dict(one.split(": ", 1) for one in asked.header),
        method=asked.request,
    )
    with urllib.request.urlopen(request, timeout=600) as answer:  # noqa: S310 - as above
        sys.stdout.write(answer.read().decode())


if __name__ == "__main__":
    main()
