"""Which spelling of a name a party's records agree on most.

Records name a person in several languages, and a slip hits one word at a time; then it
is copied: a shop that took a name down wrongly says it with every visit. So names are
compared word by word, first however a word is spelt (Грицюк, Hrytsiuk), then as it is
spelt, and sources are counted before records. A mailbox counts as a source: people
seldom mistype the name that they made their address of.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from operator import attrgetter

from intelligence.identity.names.names import family_key, given_key, is_given
from intelligence.identity.parties.survivorship import Candidate, Telling

_WORD = re.compile(r"[^\W\d_]{3,}")
_MAILBOX = (Telling("mailbox", "mailbox", None),)

Heard = Sequence[tuple[Sequence[str], Sequence[Telling]]]
"""Keys of words that belong together, and who says them."""


def agreed(candidates: Sequence[Candidate], emails: Sequence[str]) -> list[Candidate]:
    """Those whose least agreed word is said most, in the order given.

    Args:
        candidates: names of one party.
        emails: its addresses, in canonical form.
    """
    words = [one.value.split() for one in candidates]
    sounds = [list(map(_sounds, some)) for some in words]
    tellings = [one.tellings for one in candidates]
    local = [_WORD.findall(one.rpartition("@")[0]) for one in emails]
    said = list(zip(sounds, tellings, strict=True))
    places = range(len(candidates))
    if any(some != sounds[0] for some in sounds):
        said += [(list(map(_sounds, some)), _MAILBOX) for some in local]
        places = _most(places, sounds, said)
    if len(places) > 1:
        places = _most(places, words, list(zip(words, tellings, strict=True)))
    return [candidates[place] for place in places]


def _most(
    places: Sequence[int], words: Sequence[Sequence[str]], said: Heard
) -> Sequence[int]:
    """Places of names whose rarest word most sources say, then most records."""
    for teller in (_source, _record):
        saying: defaultdict[str, set[str]] = defaultdict(set)
        for some, tellings in said:
            tellers = set(map(teller, tellings))
            for word in some:
                saying[word] |= tellers
        least = {at: min(len(saying[word]) for word in words[at]) for at in places}
        most = max(least.values())
        places = [at for at in places if least[at] == most]
    return places


def _sounds(word: str) -> str:
    return given_key(word) if is_given(word) else family_key(word)


_source = attrgetter("source")
_record = attrgetter("record")
