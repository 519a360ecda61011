"""Reduces a differing pair of files as far as possible while the same kind of difference remains."""


def smaller(request, differs):
    """The smallest request. `differs(requests)` returns for each whether the difference remains."""
    for name in ("config", "credentials"):
        without = {**request, name: None}
        if request[name] is not None and differs([without])[0]:
            request = without
    for name in ("config", "credentials"):
        if request[name]:
            request = without_parts(request, name, differs, lambda text: text.splitlines(keepends=True))
            request = without_parts(request, name, differs, list)
    return request


def without_parts(request, name, differs, split):
    """Drops runs of parts, from halves down to single ones, until no single part can be dropped."""
    size = max(len(split(request[name])) // 2, 1)
    while True:
        parts = split(request[name])
        runs = range(0, len(parts), size)
        candidates = [{**request, name: "".join(parts[:start] + parts[start + size :])} for start in runs]
        found = differs(candidates) if len(parts) > 1 or size == 1 else []
        better = next((one for one, still in zip(candidates, found) if still), None)
        if better is not None and better[name] != request[name]:
            request = better
        elif size == 1:
            return request
        else:
            size = max(size // 2, 1)
