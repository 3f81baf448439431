"""Packages: those of the distribution when they are imported, others by `%pip install`."""

import ast
import importlib.util
import re
import shlex
import sys

from .remedies import HOW, with_remedy

# How IPython writes `%pip …` and `!pip …`; the install waits for files, so the line has to await it.
PIP_LINE = re.compile(
    r"""^(\s*)get_ipython\(\)\.(?:run_line_magic\('(?:pip|micropip)', |system\('(?:python3? -m )?pip )(.*)\)$"""
)


# What browsers say of a file that they could not have, whyever.
NOT_FETCHED = ("Failed to fetch", "NetworkError", "Load failed")


class Packages:
    def __init__(self, host, url, index_urls):
        self._host = host
        self.url = url
        self._index_urls = list(index_urls)
        # Modules whose package was found and did not come, with the reason.
        self.failures = {}
        self._by_micropip = None

    def can_install(self):
        return self.url is not None or bool(self._index_urls)

    def package_of(self, module):
        found = self._host.packages.of(module)
        return None if found is None or str(found) in ("", "null", "jsnull") else str(found)

    async def load_for(self, code, say):
        """Loads what the code imports, where the distribution has it; `say` tells people."""
        modules = _imports(code)
        if "micropip" in modules:
            self._guard_micropip()
        if self.url is None:
            return
        wanted = {}
        for module in modules:
            if module in sys.modules or importlib.util.find_spec(module) is not None:
                continue
            package = self.package_of(module)
            if package is not None:
                wanted.setdefault(package, []).append(module)
        if not wanted:
            return
        say("Loading {} …\n".format(", ".join(wanted)))
        failure = await self._load(list(wanted))
        for module in (module for modules in wanted.values() for module in modules):
            self.failures.pop(module, None)
            if failure:
                self.failures[module] = failure
        say(None)

    async def _load(self, names):
        failure = str(await self._host.packages.load(_to_js(names)))
        importlib.invalidate_caches()
        if failure.startswith(NOT_FETCHED):
            return "nothing came from {}".format(self.url)
        return failure

    def transform(self, lines):
        """For IPython: `%pip install x` as something that is awaited."""
        return [PIP_LINE.sub(_awaited, line.rstrip("\n")) + "\n" if "pip" in line else line for line in lines]

    async def pip(self, line):
        words = shlex.split(line)
        command, rest = (words[0], words[1:]) if words else ("", [])
        if command == "list":
            import micropip

            print(micropip.list())
        elif command == "install":
            try:
                await self._install([word for word in rest if not word.startswith("-")])
            except Exception as error:
                _without_traceback(error)
                raise
        else:
            print("Here %pip knows `install` and `list`.", file=sys.stderr)

    def _guard_micropip(self):
        """Called by name, it would ask an index that nobody configured."""
        if self._by_micropip is not None or importlib.util.find_spec("micropip") is None:
            return
        import micropip

        self._by_micropip = micropip.install

        async def install(requirements, *arguments, **options):
            if arguments or options:
                options.setdefault("index_urls", self._index_urls)
                return await self._by_micropip(requirements, *arguments, **options)
            await self._install([requirements] if isinstance(requirements, str) else list(requirements))

        micropip.install = install

    async def _install(self, requirements):
        if not self.can_install():
            raise ModuleNotFoundError(
                "Nothing can be installed: this kernel was given neither a packages URL nor a package index. " + HOW
            )
        ours = [name for name in requirements if self.url is not None and self._host.packages.has(name)]
        others = [name for name in requirements if name not in ours]
        if ours:
            failure = await self._load(ours)
            if failure:
                raise OSError("{} could not be loaded: {}".format(", ".join(ours), with_remedy(failure)))
        if others:
            if not self._index_urls:
                raise ModuleNotFoundError(
                    "The packages of this distribution do not have {}, and no package index is configured. {}".format(
                        ", ".join(others), HOW
                    )
                )
            self._guard_micropip()
            await self._by_micropip(others, index_urls=self._index_urls)
        importlib.invalidate_caches()
        print("Installed {}.".format(", ".join(requirements)))


def _without_traceback(error):
    """Has IPython show the error alone: how it came about says nothing of the cell."""
    error._render_traceback_ = lambda: ["{}: {}".format(type(error).__name__, error)]


def _awaited(match):
    # What follows is a Python literal (the rest of the line), as IPython wrote it; of `!pip` its first quote is gone.
    rest = match.group(2)
    if not rest.startswith(("'", '"')):
        rest = "'" + rest
    return "{}await get_ipython().kernel.packages.pip({})".format(match.group(1), rest)


def _imports(code):
    """Top-level names of all that the code imports."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return []
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.append(node.module)
    return list(dict.fromkeys(name.partition(".")[0] for name in names))


def _to_js(names):
    try:
        from pyodide.ffi import to_js
    except ImportError:
        from pyodide import to_js
    return to_js(names)
