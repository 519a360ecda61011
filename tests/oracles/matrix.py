"""All set-ups by name: those of setups.py, spellings.py, surroundings.py and laptops.py."""

from itertools import chain

import laptops
import setups
import spellings
import surroundings

KINDS = (
    setups.profiles,
    setups.environments,
    setups.choices,
    setups.web_identities,
    setups.machines,
    setups.sections,
    setups.regions,
    *spellings.KINDS,
    *surroundings.KINDS,
    laptops.laptops,
)


def matrix():
    """Every set-up by its name. Set-ups that differ only in their name are merged."""
    found, seen = {}, set()
    for each in chain.from_iterable(kind() for kind in KINDS):
        name = each.pop("name")
        assert name not in found, name
        same = repr(each)
        if same not in seen:
            seen.add(same)
            found[name] = each
    return dict(sorted(found.items()))
