"""Runs a notebook with nbclient, without times, and writes it as nbformat does: argv is where from and where to."""

import sys

import nbformat
from nbclient import NotebookClient

source, target = sys.argv[1:]
notebook = nbformat.read(source, as_version=4)
NotebookClient(notebook, kernel_name="python3", allow_errors=True, record_timing=False).execute()
nbformat.write(notebook, target)
