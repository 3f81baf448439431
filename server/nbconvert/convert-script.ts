/**
 * What the environment's Python is asked to run. Standard output is ours alone: whatever exporters print goes to
 * standard error. The answer is one line of JSON, then the bytes of the document.
 */
const PREAMBLE = `
import json, os, sys
if sys.path and sys.path[0] == "":
    del sys.path[0]
out = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)

def answer(header, body=b""):
    out.write(json.dumps(header).encode() + b"\\n")
    out.write(body)
    out.close()
    sys.exit(0)

def fail(message):
    answer({"error": message})

try:
    from nbconvert.exporters import base
except ImportError as error:
    fail("Could not import nbconvert: %s" % error)
`;

/** Answers `{"exporters": {"html": {"output_mimetype": "text/html"}, …}}`. */
export const LIST_EXPORTERS = `${PREAMBLE}
exporters = {}
for name in base.get_export_names():
    try:
        exporters[name] = {"output_mimetype": base.get_exporter(name).output_mimetype}
    except Exception:
        continue
answer({"exporters": exporters})
`;

/** Reads a conversion as JSON from standard input. Answers `{"mimetype", "extension", "zip"}` and the document. */
export const CONVERT = `${PREAMBLE}
import io, zipfile
import nbformat
job = json.loads(sys.stdin.buffer.read().decode("utf8"))
try:
    make = base.get_exporter(job["format"])
except Exception:
    fail("No exporter for format: %s" % job["format"])
try:
    exporter = make()
except Exception as error:
    fail("Could not construct Exporter: %s" % error)
if job["sanitize_html"] is not None and job["format"] == "html":
    exporter.sanitize_html = job["sanitize_html"]
try:
    body, resources = exporter.from_notebook_node(nbformat.from_dict(job["notebook"]), resources=job["resources"])
except Exception as error:
    fail("nbconvert failed: %s" % error)
body = body.encode("utf8", "surrogatepass") if isinstance(body, str) else body
header = {"mimetype": exporter.output_mimetype, "extension": resources["output_extension"], "zip": False}
files = resources.get("outputs")
if files:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, mode="w", compression=zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(job["title"] + header["extension"], body)
        for name, data in files.items():
            archive.writestr(os.path.basename(name), data)
    body = buffer.getvalue()
    header["zip"] = True
answer(header, body)
`;
