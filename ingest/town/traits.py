"""What people type into the shop's forms: the traits of `identify`."""

import numpy as np

from ingest.town.noise import Noise
from ingest.town.people import START_DAY
from ingest.town.render import write_down
from ingest.town.world import Life, World
from ingest.town.write import chunks, js

_EMAIL, _PHONE, _NAME, _BIRTH, _CITY = 0.9, 0.55, 0.85, 0.25, 0.4


def web_traits(world: World, life: Life, noise: Noise) -> dict[int, str]:
    """The inside of the traits object for everybody who visits the site."""
    who = np.flatnonzero(life.members.web)
    out: dict[int, str] = {}
    for part in chunks(len(who)):
        some = who[part]
        e = write_down(world, some, np.full(len(some), START_DAY), noise)
        keep = (noise.rng.random((5, len(some))) < _SHARES).T.tolist()
        columns = zip(e.given, e.family, e.email, e.phone, e.birth, e.city, strict=True)
        for person, kept, cells in zip(some.tolist(), keep, columns, strict=True):
            out[person] = _traits(cells, kept)
    return out


_SHARES = np.array([[_EMAIL], [_PHONE], [_NAME], [_BIRTH], [_CITY]])


def _traits(cells: tuple[str, ...], kept: list[bool]) -> str:
    given, family, email, phone, birth, city = cells
    mail, call, name, born, place = kept
    found: dict[str, object] = {}
    if mail or not call:
        found["email"] = email
    if call:
        found["phone"] = phone
    if name:
        found["firstName"], found["lastName"] = given, family
    if born:
        found["birthday"] = birth
    if place:
        found["address"] = {"city": city}
    return js(found)[1:-1]
