"""IPython's colours, which it reads from files: ours are in an archive."""

import os
import tempfile
import zipfile
from pathlib import Path

from IPython.utils import PyColorize

FOLDER = "IPython/utils/themes/"


def provide_themes():
    """Older versions have no such files."""
    folder = getattr(PyColorize, "_THEME_DIR", None)
    if folder is None or os.path.isdir(str(folder)):
        return
    archive = str(PyColorize.__loader__.archive)
    unpacked = tempfile.mkdtemp()
    with zipfile.ZipFile(archive) as files:
        files.extractall(unpacked, [name for name in files.namelist() if name.startswith(FOLDER)])
    PyColorize._THEME_DIR = Path(unpacked, FOLDER)
