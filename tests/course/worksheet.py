"""The page of an assignment, operated as a student does."""

from pathlib import Path

import nbformat

from autograder.author import source_notebook
from autograder.course import Course

ROOT = Path(__file__).parents[2]
COURSE = Course(ROOT)


class Worksheet:
    """An assignment's page in a browser, and what its notebook is made of."""

    def __init__(self, name):
        assignment, text = COURSE.assignment(name), COURSE.source(name).read_text(encoding="utf-8")
        cells = source_notebook(text, assignment).cells
        self.name = name
        self.released = nbformat.read(COURSE.release(name), as_version=4)
        self.code = [cell.id for cell in self.released.cells if cell.cell_type == "code"]
        self.solutions = {cell.id: cell.source for cell in cells if cell.id.endswith("-solution")}
        self.checks = [task.name for task in assignment.tasks]

    def open(self, site, open_page):
        """Open the page, and wait until one can write in it."""
        address = f"{site}/exercises/{self.name}/{self.name}.html"
        self.page = open_page(address, accept_downloads=True)
        self.ready()
        return self

    def ready(self):
        self.page.locator(".worksheet[data-ready]").wait_for()

    def cell(self, name):
        return self.page.locator("div.cell").nth(self.code.index(name))

    def write(self, name, text):
        """Write into a cell as a person does, in one go."""
        self.cell(name).locator("[contenteditable=true]").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def run(self, name):
        """Run a cell, and those above; return what it shows."""
        there = self.cell(name)
        there.get_by_role("button", name="Run cell").click()
        there.locator(".live-said", has_text="done in").wait_for()
        return there.locator(".cell_output")

    def solve(self):
        """Write the solutions, run all cells, and return the table under each check."""
        for name, text in self.solutions.items():
            self.write(name, text)
        self.page.get_by_role("button", name="Run all cells").click()
        told = self.page.locator(".live-page .live-about", has_text="done in")
        told.wait_for(timeout=180_000)
        return {name: self.cell(name).locator(".cell_output").inner_text() for name in self.checks}

    def saved(self, folder):
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name=f"Save as {self.name}.ipynb").click()
        assert download.value.suggested_filename == f"{self.name}.ipynb"
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        return path
