"""The formgrader in a browser, on a graded course with a cell to be marked by hand."""

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.grade import grade_class

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EXPLAIN = """
Why is twice x not x times x?

+++ {"explain": "why", "points": 2}

*Your answer.*

+++

"""
SCRATCH = "```{code-cell} ipython3\n:tags: [scratch]"
OWN = "<script>window.owned = 1</script><img src=x onerror='window.owned = 2'>"
ANSWER = f"Two times *three* is six. {OWN} [go](javascript:window.owned=3)"


@pytest.fixture
def explained(tiny_copy, quiet):
    """Give the tiny course with a cell to be marked by hand."""
    from autograder.release import release

    (tiny_copy.grading / "gradebook.db").unlink()
    source = tiny_copy.source("tiny")
    source.write_text(source.read_text().replace(SCRATCH, EXPLAIN.lstrip() + SCRATCH))
    with quiet():
        release(tiny_copy, "tiny")
    return tiny_copy


@pytest.fixture
def graded(explained, here, hand_in, quiet, tmp_path):
    """Give that course with one student's work graded, who is hostile wherever one can be."""
    made = nbformat.read(explained.release("tiny"), as_version=4)
    answers = {
        "count-solution": "count = 3",
        "double-solution": "def double(x):\n    return 2 * x",
        "why": ANSWER,
    }
    for cell in made.cells:
        cell.source = answers.get(cell.id, cell.source)
    html = f"from IPython.display import HTML\nprint({OWN!r})\nHTML({OWN!r})"
    made.cells += [
        nbformat.v4.new_code_cell(html),
        nbformat.v4.new_markdown_cell(OWN),
        nbformat.v4.new_raw_cell(OWN),
    ]
    hand_in(tmp_path / "handed in", "bo", made)
    with quiet():
        (result,) = grade_class(explained, tmp_path / "handed in", executor=here)
    assert result.ungraded is None
    return explained


def test_an_instructor_marks_by_hand_in_the_formgrader(graded, jupyter_server, open_page, quiet):
    with jupyter_server(graded) as (address, token):
        page = open_page(f"{address}formgrader/manage_assignments?token={token}")
        page.get_by_role("link", name="tiny").first.wait_for()
        pressed_autograde(page, address)
        marked_by_hand(page, address)
        feedback_generated(page)
        assert not [said for said in page.problems if "another host" in said or "MathJax" in said]
    with quiet(), Gradebook(f"sqlite:///{graded.grading}/gradebook.db") as book:
        submission = book.find_submission("tiny", "bo")
        assert (submission.score, submission.needs_manual_grade) == (6.5, False)
    told = open_page(graded.feedback("tiny", "bo").as_uri())
    assert "6.5 of 7 marks" in told.locator(".score").inner_text()
    assert "Say why for all x." in told.locator("section#why").inner_text()
    assert unowned(told)


def pressed_autograde(page, address):
    """Press the button: it is done at once, and the server answers others meanwhile."""
    page.goto(f"{address}formgrader/manage_submissions/tiny")
    row = page.get_by_role("row", name="bo")
    row.get_by_text("needs manual grading").wait_for()
    row.locator("td.autograde a").click()
    assert page.evaluate("fetch('/formgrader/api/assignments').then(answer => answer.ok)")
    page.locator("#success-modal").get_by_text("Successfully autograded").wait_for()
    row.get_by_text("5 / 7").wait_for()


def marked_by_hand(page, address):
    """Give marks and a comment to the explanation; nothing that the student wrote runs."""
    page.goto(f"{address}formgrader/gradebook/tiny/tiny")
    page.get_by_role("link", name="Submission #1").click()
    page.locator("input#why").wait_for()
    assert "Two times three is six." in page.locator("body").inner_text()
    assert page.locator("td", has_text="one, two, three").count() == 1
    assert unowned(page)
    page.wait_for_load_state("networkidle")  # until then, its fields are not listened to
    for field, text, part in (("#why", "1.5", "/api/grade/"), ("#why-comment", WORDS, "comment")):
        with page.expect_response(lambda answer, part=part: part in answer.url) as saved:
            page.locator(field).fill(text)
            page.locator(field).blur()
        assert saved.value.ok
    page.keyboard.press("Tab")  # nbgrader's own key: to the next field for marks or words
    assert page.evaluate("document.activeElement.classList.contains('tabbable')")
    page.goto(f"{address}formgrader/manage_submissions/tiny")
    page.get_by_role("row", name="bo").get_by_text("6.5 / 7").wait_for()


WORDS = "Say why for all x."


def feedback_generated(page):
    page.get_by_role("row", name="bo").locator("td.generate-feedback a").click()
    page.locator("#success-modal").get_by_text("Successfully generated feedback").wait_for()


def unowned(page):
    """Whether nothing of the student's ran, nor would at a click."""
    links = page.locator("a[href^='javascript:window'], img[src=x]")
    return page.evaluate("window.owned") is None and links.count() == 0
