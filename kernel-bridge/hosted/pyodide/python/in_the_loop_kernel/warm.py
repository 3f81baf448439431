"""For snapshots: imports what the first error, completion and question would import."""


def warm():
    import asyncio  # noqa: F401
    import getpass  # noqa: F401
    import inspect  # noqa: F401
    import stack_data  # noqa: F401
    from IPython.core import completer, oinspect, ultratb  # noqa: F401
    from IPython.utils import PyColorize  # noqa: F401
    from pygments.formatters import HtmlFormatter, Terminal256Formatter  # noqa: F401
    from pygments.lexers import PythonLexer  # noqa: F401
    from pygments.styles import get_style_by_name

    get_style_by_name("default")
