"""Completions, of what is there when they are asked for."""

from IPython.core.completer import provisionalcompleter, rectify_completions

# The key that front-ends look for; not in the messaging specification.
TYPES_KEY = "_jupyter_types_experimental"


async def complete(kernel, request):
    code = request.content.get("code", "")
    cursor = request.content.get("cursor_pos", len(code))
    with provisionalcompleter():
        found = list(rectify_completions(code, kernel.shell.Completer.completions(code, cursor)))
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
