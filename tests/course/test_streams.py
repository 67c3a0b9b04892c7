"""A line that a cell prints in pieces is one line on the page."""

import nbformat
import pytest
from nbclient import NotebookClient

from book._website import streams

PIECES = """
import sys, time
for word in ("one", "line"):
    print(word, end=" ")
    sys.stdout.flush()
    time.sleep(0.3)
"""


@pytest.mark.filterwarnings("ignore")  # of the libraries around the kernel
def test_a_printed_line_stays_whole(monkeypatch):
    monkeypatch.setattr(NotebookClient, "coalesce_streams", NotebookClient.coalesce_streams)
    streams.setup(None)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(PIECES)])
    NotebookClient(notebook).execute()
    (output,) = notebook.cells[0].outputs
    assert output["text"] == "one line "
