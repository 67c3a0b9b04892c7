"""The cells of an open page, operated as a reader does."""

import re

TOLD = re.compile("done in|failed|stopped|could not")


class Cells:
    """What tests do with the cells of a page that has Run buttons."""

    def __init__(self, page):
        self.page = page
        page.locator("html[data-live=ready]").wait_for(state="attached")

    def __getitem__(self, number):
        return self.page.locator(
            "div.cell", has=self.page.get_by_label(f"Cell {number}", exact=True)
        )

    def button(self, number, name):
        return self[number].get_by_role("button", name=name)

    def press(self, number, name):
        self.button(number, name).click()

    def told(self, number, timeout=120_000):
        """Wait until the cell says how its run ended, and return what it says."""
        said = self[number].locator(".live-said", has_text=TOLD)
        said.wait_for(timeout=timeout)
        return said.inner_text()

    def run(self, number):
        self.press(number, "Run cell")
        return self.told(number)

    def run_all(self, timeout=120_000):
        line = self.page.locator(".live-page")
        line.get_by_role("button").click()
        line.locator(".live-about", has_text=TOLD).wait_for(timeout=timeout)
        return line.locator(".live-about").inner_text()

    def write(self, number, code):
        """Replace the code of a cell by typing."""
        self.press(number, "Edit")
        editor = self[number].get_by_role("textbox")
        editor.wait_for()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(code)
        return editor

    def code(self, number):
        """Return the code that is shown, whether edited or not."""
        editor = self[number].get_by_role("textbox")
        shown = editor if editor.count() else self[number].locator(".cell_input pre")
        return shown.inner_text().rstrip("\n")

    def output(self, number):
        return self[number].locator(".cell_output").inner_text()
