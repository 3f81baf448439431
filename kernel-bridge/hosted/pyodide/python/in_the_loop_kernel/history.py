"""What was run since the kernel started; nothing is kept beyond that."""

import fnmatch


async def history(kernel, request):
    content = request.content
    manager = kernel.shell.history_manager
    lines = manager.input_hist_raw if content.get("raw", True) else manager.input_hist_parsed
    outputs = manager.output_hist_reprs
    # Number 0 is IPython's own, and the last one is being run.
    numbered = [(number, line) for number, line in enumerate(lines) if number > 0]
    kind = content.get("hist_access_type", "tail")
    if kind == "range":
        numbered = numbered[slice(max(content.get("start") or 1, 1) - 1, (content.get("stop") or len(lines)) - 1)]
        if content.get("session"):
            numbered = []
    elif kind == "search":
        pattern = content.get("pattern") or "*"
        numbered = [entry for entry in numbered if fnmatch.fnmatchcase(entry[1], pattern)]
        if content.get("unique"):
            numbered = [(number, line) for line, number in {line: number for number, line in numbered}.items()]
    if kind != "range" and content.get("n"):
        numbered = numbered[-content["n"] :]
    with_output = bool(content.get("output"))
    return {
        "status": "ok",
        "history": [
            [0, number, (line, outputs.get(number)) if with_output else line] for number, line in numbered
        ],
    }
