"""Makes the archive that a kernel in Pyodide unpacks: WHEELS SOURCES ARCHIVE. The same files give the same bytes."""

import sys
import zipfile
from pathlib import Path

# Their documentation, tests and terminal programs are never imported in a kernel.
LEFT_OUT = ("/tests/", "IPython/sphinxext/", ".data/", "/RECORD")


def entries(wheels, sources):
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if not name.endswith("/") and not any(part in name for part in LEFT_OUT):
                    yield name, archive.read(name)
    for file in sources.glob("in_the_loop_kernel/**/*.py"):
        yield file.relative_to(sources).as_posix(), file.read_bytes()


def write(archive, content):
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        for name, data in sorted(content):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(info, data)


if __name__ == "__main__":
    wheels, sources, archive = map(Path, sys.argv[1:])
    write(archive, entries(wheels, sources))
