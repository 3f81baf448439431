"""Completions, of what is there when they are asked for."""

import ast
import re
import sys

from IPython.core.completer import provisionalcompleter, rectify_completions

# The key that front-ends look for; not in the messaging specification.
TYPES_KEY = "_jupyter_types_experimental"


async def complete(kernel, request):
    code = request.content.get("code", "")
    cursor = request.content.get("cursor_pos", len(code))
    completer = kernel.shell.Completer
    known = completer.global_namespace
    completer.global_namespace = {**imported_by(code[:cursor]), **known}
    try:
        with provisionalcompleter():
            found = list(rectify_completions(code, completer.completions(code, cursor)))
    finally:
        completer.global_namespace = known
    described = [
        {"start": one.start, "end": one.end, "text": one.text, "type": one.type, "signature": one.signature}
        for one in found
    ]
    return {
        "status": "ok",
        "matches": [one.text for one in found],
        "cursor_start": found[0].start if found else cursor,
        "cursor_end": found[0].end if found else cursor,
        "metadata": {TYPES_KEY: described},
    }


def imported_by(code):
    """Names that import statements of a cell will make, of modules that are loaded already: to answer, nothing is run."""
    names = {}
    for statement in re.split(r"[\n;]", code):
        if not re.match(r"\s*(import|from)\s", statement):
            continue
        try:
            (parsed,) = ast.parse(statement.strip()).body
        except (SyntaxError, ValueError):
            # Unfinished.
            continue
        for one in parsed.names:
            if isinstance(parsed, ast.ImportFrom):
                found = vars(sys.modules[parsed.module]).get(one.name) if parsed.module in sys.modules else None
            else:
                found = sys.modules.get(one.name if one.asname else one.name.split(".")[0])
            if found is not None:
                names[one.asname or one.name.split(".")[0]] = found
    return names
