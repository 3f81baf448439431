"""What Python, nbformat and Jupyter's notary make of many values, in one process: a JSON object in, one out."""

import base64
import datetime
import io
import json
import logging
import mimetypes
import sys
import warnings

import nbformat
from nbformat.sign import NotebookNotary

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
# As jupyter_server does when it starts.
mimetypes.add_type("text/css", ".css")
mimetypes.add_type("application/javascript", ".js")

asked = json.load(sys.stdin)


def attempt(action, *values):
    try:
        return {"value": action(*values)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def saved(text):
    """What a save of the contents manager writes, and what it says of it."""
    notebook = nbformat.from_dict(json.loads(text))
    file = io.StringIO()
    problem = {}
    nbformat.write(notebook, file, version=nbformat.NO_CONVERT, capture_validation_error=problem)
    error = problem.get("ValidationError")
    message = None
    if error is not None:
        instance = json.dumps(error.instance, indent=1, default=lambda _: "<UNKNOWN>")
        message = f"Notebook validation failed: {error}:\n{instance}"
    return {"file": file.getvalue(), "message": message}


def opened(text):
    """What reading a notebook file gives to clients."""
    notebook = nbformat.reads(text, as_version=4)
    # The contents manager marks cells by their type, and answers 400 where it is missing.
    assert all(cell["cell_type"] for cell in notebook.cells)
    return json.dumps(notebook, sort_keys=True)


def document(text):
    return json.dumps(json.loads(text), indent=1, sort_keys=True, ensure_ascii=False, separators=(",", ": "))


def utc_time(seconds):
    stamp = datetime.datetime.fromtimestamp(seconds, tz=datetime.timezone.utc)
    return stamp.isoformat().replace("+00:00", "Z")


def notary_answers(wish):
    """Whose signatures are honoured, and what is signed for the other side to honour."""
    with NotebookNotary(data_dir=wish["directory"]) as notary:
        read = [nbformat.reads(text, as_version=4) for text in wish["notebooks"]]
        honoured = [notary.check_signature(notebook) for notebook in read]
        for index in wish["sign"]:
            notary.sign(read[index])
        return {"honoured": honoured, "signatures": [notary.compute_signature(notebook) for notebook in read]}


answers = {
    "saved": [attempt(saved, text) for text in asked.get("saved", [])],
    "opened": [attempt(opened, text) for text in asked.get("opened", [])],
    "documents": [attempt(document, text) for text in asked.get("documents", [])],
    "types": [mimetypes.guess_type(f"/root/{name}") for name in asked.get("names", [])],
    "knownExtensions": [
        *mimetypes.types_map,
        *mimetypes.common_types,
        *mimetypes.encodings_map,
        *mimetypes.suffix_map,
    ],
    "reprs": [repr(json.loads(text)) for text in asked.get("reprs", [])],
    "encoded": [base64.encodebytes(bytes(values)).decode() for values in asked.get("encoded", [])],
    "decoded": [
        attempt(lambda text: list(base64.decodebytes(text.encode("ascii"))), text) for text in asked.get("decoded", [])
    ],
    "lines": [text.splitlines(True) for text in asked.get("lines", [])],
    "times": [utc_time(seconds) for seconds in asked.get("times", [])],
    "notary": notary_answers(asked["notary"]) if "notary" in asked else None,
}
json.dump(answers, sys.stdout)
