"""A Jupyter kernel over IPython for Pyodide: Python 3.8 with IPython 8.12 as well as 3.14 with IPython 9."""
