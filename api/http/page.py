"""The one page of the service: what it can be asked, for people with a browser."""

from collections.abc import Mapping
from html import escape
from typing import Any

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;"
    "padding:0 1rem;color:#1b2430;background:#fff}code{font-size:.95em}"
    "dt{margin-top:1rem}dd{margin:0;color:#4a5568}input{font:inherit;padding:.3rem}"
    "@media(prefers-color-scheme:dark){body{color:#e6e9ee;background:#12161c}"
    "dd{color:#a3adba}a{color:#8ab4f8}}"
)


def index(document: Mapping[str, Any]) -> str:
    """A page from an OpenAPI document; routes that ask for nothing are links."""
    routes = "".join(
        f"<dt><code>{_link(path, verb, route)}</code></dt>"
        f"<dd>{escape(route['description'])}</dd>"
        for path, verbs in document["paths"].items()
        for verb, route in verbs.items()
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Closeknit</title><style>{_STYLE}</style><h1>Closeknit</h1>"
        f"<p>{escape(document['info']['summary'])}</p>"
        '<form action="/v1/parties"><label>Name, phone or e-mail '
        '<input name="q" required maxlength="200"></label> <button>Find</button></form>'
        f'<dl>{routes}</dl><p>The whole document: <a href="/openapi.json">'
        "/openapi.json</a></p></html>"
    )


def _link(path: str, verb: str, route: Mapping[str, Any]) -> str:
    shown = escape(path)
    if verb != "get":
        return f"{verb.upper()} {shown}"
    needed = [one["name"] for one in route.get("parameters", ()) if one["required"]]
    return shown if needed else f'<a href="{shown}">{shown}</a>'
