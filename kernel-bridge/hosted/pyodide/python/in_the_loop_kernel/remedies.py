"""What to do about errors that have their cause in where this Python runs."""

HOW = "docs/pyodide.md of In the Loop says how."


def remedy_for(kernel, error):
    """A sentence for people; None where the error says enough."""
    if isinstance(error, MemoryError):
        return _memory(kernel.memory)
    if isinstance(error, ModuleNotFoundError) and error.name:
        return _module(kernel.packages, error.name.partition(".")[0])
    return None


def with_remedy(failure):
    """Why a package was not loaded, and what to do, which the server's own reasons have."""
    if "--pyodide-" in failure:
        return failure
    return (
        "{}. Whoever runs the server can name an address or a folder that has it (--pyodide-packages): {}".format(
            failure.rstrip(". "), HOW
        )
    )


def _memory(limit):
    if limit is None:
        return "WebAssembly has no more than 4 GB of memory."
    return "This kernel may use {:.0f} MB of memory; the server's configuration says how much. {}".format(limit / 1e6, HOW)


def _module(packages, module):
    failure = packages.failures.get(module)
    if failure:
        return "{} cannot be had here: {}".format(module, with_remedy(failure))
    package = packages.package_of(module)
    if package and packages.url is None:
        return (
            "Pyodide has the package {}, but this kernel was given no place to load packages from: "
            "a packages URL (or a folder) has to be configured. {}".format(package, HOW)
        )
    if packages.can_install():
        return "`%pip install {}` may bring it, if it is pure Python or built for Pyodide.".format(module)
    return "This kernel can install nothing: it was given no package index. {}".format(HOW)
