"""Results survive storage, and nothing that a student wrote runs or counts in a report."""

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from autograder.report import safe_html
from autograder.report.pages import write_class_report, write_ungraded
from autograder.report.table import task_html, task_text
from autograder.store import read_result, read_results, write_result
from autograder.verdicts import Row, SubmissionResult, TaskResult, Verdict

TEMPLATES = Path(safe_html.__file__).parent / "templates"
ATTACK = """<script>alert(1)</script>"><img src=x onerror=alert(2)> ' & `=1+1` {{ 7 * 7 }} \u202e"""
SHOWN = ATTACK.replace("\u202e", "\ufffd")  # on a page, nothing turns the direction of writing


def row(verdict=Verdict.PASS, label="case", detail="", visible=False):
    return Row(label, verdict, detail, 1.0, visible)


def task(name="double", score=4.0, mistake=None, rows=(), sentence="All is right."):
    return TaskResult(name, name.title(), 4.0, score, tuple(rows) or (row(),), sentence, mistake)


def result(student="ada", *tasks, **more):
    return SubmissionResult("tiny", student, tuple(tasks), **more)


class Markup(HTMLParser):
    """Collects the elements and attributes of a page, and its text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.text = set(), set(), ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= set(attributes)

    def handle_data(self, data):
        self.text += data


def is_harmless(html, script=""):
    """Take a page apart that runs nothing, or that one script, which is ours."""
    page = Markup(html.replace(f"<script>{script}</script>", "", 1) if script else html)
    assert not page.tags & {"script", "img", "iframe", "object", "embed", "svg", "form"}
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    hrefs = [value for name, value in page.attributes if name in ("href", "src")]
    assert not [value for value in hrefs if value.startswith(("javascript", "data:text", "http"))]
    return page


# Verdicts


def test_a_result_adds_up():
    made = result("ada", task(score=1.1), task("count", 2.2))
    assert made.score == 3.3
    assert made.points == 8
    assert SubmissionResult("tiny", "bo").score == 0


def test_a_result_survives_json(tmp_path):
    made = result("ada", task(rows=(row(Verdict.FAIL, "a", ATTACK),), mistake="squared"))
    made = made.with_notes("first", "second").with_notes("before")
    assert made.notes == ("before", "first", "second")
    back = SubmissionResult.from_dict(json.loads(json.dumps(made.to_dict())))
    assert back == made
    assert isinstance(back.tasks[0].rows[0].verdict, Verdict)


def test_problems_say_each_sentence_once():
    wrong = [task(name, 0.0, sentence="Kernel flipped.") for name in ("one", "two")]
    told = result("ada", *wrong, task("three")).problems()
    assert {sentence: [t.name for t in tasks] for sentence, tasks in told.items()} == {
        "Kernel flipped.": ["one", "two"]
    }


# Tables


def test_a_table_survives_cleaning_unchanged():
    """Feedback pages clean all HTML again: the judge's own table must come through whole."""
    rows = [row(verdict, ATTACK, ATTACK) for verdict in Verdict]
    for made in (task(rows=rows, sentence=ATTACK, score=0.5), task()):
        html = task_html(made)
        assert safe_html.clean(html) == html
        page = is_harmless(html)
        assert {"table", "caption", "th", "td"} <= page.tags


def test_a_table_says_the_same_as_text_and_as_html():
    made = task(rows=[row(Verdict.FAIL, ATTACK, ATTACK), row()], sentence=ATTACK, score=2.0)
    text, page = task_text(made), Markup(task_html(made))
    for said in (ATTACK, "✗ wrong", "✓ right", "(hidden)"):
        assert said in text
        assert said.replace(ATTACK, SHOWN) in page.text
    assert "2/4" in text
    assert "2 of 4 marks" in page.text


def test_a_students_own_check_shows_no_marks():
    made = task(rows=[row(visible=True)], score=0.8)
    assert "0.8" not in task_text(made)
    assert "marks" not in task_html(made)


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java\nscript:alert(1)'>x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<a onclick=alert(1)>x</a>",
        "<p style='position:fixed'>x</p>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<form action='http://127.0.0.1'><input></form>",
        "<meta http-equiv=refresh content='0;url=http://127.0.0.1'>",
        "<base href='http://127.0.0.1'><link rel=stylesheet href=x><style>*{}</style>",
        "<table background='http://127.0.0.1'>",
        "<p id=score name=x>x</p>",
        "<!--<img src='--><script>alert(1)</script>'>",
        "<noscript><p title='</noscript><script>alert(1)</script>'>",
        "<x:script>alert(1)</x:script><scr<script>ipt>alert(1)</script>",
    ],
)
def test_cleaned_html_is_harmless(attack):
    page = is_harmless(safe_html.clean(attack))
    assert {name for name, _ in page.attributes} <= {"class", "href", "title", "scope", "colspan"}


# Pages


@pytest.fixture
def class_report(tiny_copy):
    """Give `class_report(results)`: the report's page and the folder that it lies in."""

    def class_report(*results):
        for each in results:
            write_result(tiny_copy, each)
        page = write_class_report(tiny_copy, "tiny")
        return page.read_text(encoding="utf-8"), page

    return class_report


def test_nothing_runs_in_a_class_report(class_report):
    attacked = task(
        score=1.0,
        rows=[row(Verdict.FAIL, ATTACK, ATTACK)],
        sentence=ATTACK,
        mistake=ATTACK,
    )
    html, page = class_report(
        result("<b>bo", attacked, notes=(ATTACK,)),
        result("<script>alert(3)<", ungraded=ATTACK),
        result("unsafe", task(), unsafe=True),
    )
    found = is_harmless(html, script=(TEMPLATES / "report.js").read_text())
    assert "Unsafe run." in found.text
    assert SHOWN in found.text
    said = json.loads(page.with_suffix(".json").read_text())
    assert said["statistics"]["graded"] == 2
    assert len(said["results"]) == 3


def test_a_spreadsheet_reads_names_as_names(class_report):
    students = ["=cmd()", "+1", "-1", "@x", 'O"Neil, Jr', "a\nb", "\t=1", "plain", "'=1"]
    html, page = class_report(
        *(result(student, task(mistake="=1+1")) for student in students),
        result("no", ungraded="=HYPERLINK(1)"),
    )
    text = page.with_suffix(".csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(students) + 1
    for cells in rows:
        assert not [cell for cell in cells.values() if cell[:1] in set("=+-@\t\r")]
    assert {cells["student"].lstrip("'") for cells in rows} >= {'O"Neil, Jr', "a\nb", "plain"}
    assert {cells["score"] for cells in rows} == {"4.0", "0"}
    assert "=HYPERLINK" in html


def test_a_report_needs_results(tiny_copy):
    with pytest.raises(
        ValueError, match=r"nothing of tiny was graded yet: run `course grade FOLDER`"
    ):
        write_class_report(tiny_copy, "tiny")


def test_the_page_of_an_ungraded_submission(tiny_copy):
    made = result("<i>bo", ungraded=ATTACK)
    page = write_ungraded(tiny_copy, made)
    found = is_harmless(page.read_text(encoding="utf-8"))
    assert SHOWN in found.text
    assert "this is not a zero" in found.text
    write_ungraded(tiny_copy, made)  # over an old one


def test_results_are_read_by_student(tiny_copy):
    for student in ("cy", "ada", "bo"):
        write_result(tiny_copy, result(student, task()))
    assert [each.student for each in read_results(tiny_copy, "tiny")] == ["ada", "bo", "cy"]
    assert read_result(tiny_copy, "tiny", "bo") == result("bo", task())
