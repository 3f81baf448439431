"""Where IPython 8.12 expects more than the Pyodide of its time has. To be imported before IPython."""

import sys
import types

if sys.version_info < (3, 9):
    # Imported to run programs, which is not possible here; its own imports would fail.
    sys.modules.setdefault("pexpect", types.ModuleType("pexpect"))
