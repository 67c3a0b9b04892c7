"""The class report counts what happened, and says what an instructor should look at."""

import json
import re
from datetime import UTC, datetime, timedelta

import nbformat
import numpy as np
import pytest

from autograder.report.class_report import REFERENCE
from autograder.report.items import case_counts
from autograder.report.own_code import behind_task, own_cells
from autograder.report.pages import write_class_report
from autograder.report.problems import problems
from autograder.report.similarity import side_by_side, similarity
from autograder.report.statistics import statistics, waves
from autograder.store import write_result
from autograder.verdicts import Row, SubmissionResult, TaskResult, Verdict

LONG = "".join(f"    total = total * {i} + values[{i} - total] // {i + 1}\n" for i in range(12))
OTHER = "".join(
    f"    if n % {i} == {i - 1}: return [n] + list(range(n, {i}))\n" for i in range(2, 14)
)


def task(name="double", score=4.0, rows=(), sentence="All is right.", mistake=None, **more):
    return TaskResult(name, name.title(), 4.0, score, tuple(rows), sentence, mistake, **more)


def result(student, *tasks, **more):
    return SubmissionResult("tiny", student, tuple(tasks), **more)


def row(right, label="case", points=1.0):
    return Row(label, Verdict.PASS if right else Verdict.FAIL, "", points, visible=False)


def scored(*rights, rest=0.0):
    """Return a class: one student for each answer to a case, and the marks for all else."""
    rests = np.broadcast_to(rest, len(rights))
    return [
        result(f"s{i:03}", task(score=float(right), rows=(row(right),)), task("rest", score=marks))
        for i, (right, marks) in enumerate(zip(rights, rests, strict=True))
    ]


# Marks


def test_statistics_count_what_happened():
    counted = statistics(
        [
            result("ada", task(score=4)),
            result("bo", task(score=1)),
            result(
                "cy",
                task(score=0, sentence="Not attempted: the cell still raises NotImplementedError."),
            ),
            result("di", ungraded="no notebook"),
        ]
    )
    assert (counted.graded, counted.ungraded, counted.points) == (3, 1, 4)
    assert counted.mean == pytest.approx(5 / 3)
    assert (counted.median, counted.middle) == (1, (0.5, 2.5))
    assert counted.histogram == (1, 0, 1, 0, 0, 0, 0, 0, 0, 1)
    (double,) = counted.tasks
    assert (double.full, double.not_attempted) == (1, 1)


def test_statistics_of_nobody():
    counted = statistics([])
    assert (counted.graded, counted.mean, counted.histogram) == (0, 0, (0,) * 10)
    assert statistics([result("ada")]).histogram[0] == 1  # an assignment without points


def test_marks_by_time_of_handing_in():
    start = datetime(2026, 11, 20, 12, tzinfo=UTC)
    results = [result(f"s{i}", task(score=i % 4)) for i in range(9)]
    times = {f"s{i}": start + timedelta(hours=9 - i) for i in range(1, 9)}
    found = waves(results, times)
    assert [wave.students for wave in found] == [2, 2, 2, 2]
    assert [wave.mean for wave in found] == [1.5, 1.5, 1.5, 1.5]
    assert (found[0].first, found[-1].last) == ("2026-11-20 13:00", "2026-11-20 20:00")
    assert waves(results, {"s1": start}) == ()


# Cases


def test_a_case_that_only_the_strong_get_tells():
    (count, *_) = case_counts(scored(*[False] * 10, *[True] * 10, rest=np.arange(20.0)))
    assert count.share_right == 0.5
    assert count.discrimination == pytest.approx(5 / np.sqrt(399 / 12))  # by the formula
    assert (count.odd, count.reading) == (False, "tells strong from weak")


@pytest.mark.parametrize(
    ("rights", "rest", "reading"),
    [
        ([False] * 6, 2.0, "nobody got it: is the text clear?"),
        ([False, True] * 10, [1, 1, 3, 3] * 5, "as often as weak ones: look at the case"),
        ([False] * 9 + [True] * 11, np.linspace(4, 0, 20), "more often than weak ones"),
        ([True] * 20 + [False] * 4, 2.0, "too few on one side"),
        ([False] * 20 + [True] * 6, np.linspace(0, 4, 26), "hard, and tells strong from weak"),
    ],
)
def test_what_a_case_means_is_said_in_words(rights, rest, reading):
    (count, *_) = case_counts(scored(*rights, rest=rest))
    assert reading in count.reading
    assert count.odd == ("clear?" in reading or "weak ones" in reading)


def test_a_cases_own_marks_do_not_count_for_it():
    """Else a case would always agree with the marks that it is part of."""
    rights = [False, True] * 10
    (count, *_) = case_counts(scored(*rights, rest=[1, 1, 3, 3] * 5))
    assert count.discrimination == pytest.approx(0, abs=1e-9)


def test_cases_are_told_by_place_where_their_numbers_are_drawn():
    rows = [
        (row(i % 2, f"{i + 3} samples"), row(True, "fixed 7"), row(False, "dull")) for i in range(4)
    ]
    counts = case_counts([result(f"s{i}", task(rows=each)) for i, each in enumerate(rows)])
    assert [(count.label, count.wrong, count.tried) for count in counts] == [
        ("dull", 4, 4),
        ("… samples", 2, 4),
    ]


def test_rules_are_counted_and_our_own_errors_are_not():
    ours = Row("case", Verdict.ERROR, "", 1.0, visible=False)
    broken = row(False, "no loops", points=0.0)
    counts = case_counts(
        [result("ada", task(rows=(ours, broken))), result("bo", task(rows=(row(True),)))]
    )
    assert [(count.label, count.wrong, count.tried) for count in counts] == [("no loops", 1, 2)]


# Problems


def test_mistakes_and_what_has_no_name_yet():
    said = "{} of 5 cases are right. First problem, stride: `x[{}]` is wrong."
    named, others = problems(
        [
            result("ada", task(mistake="squared"), task("count", 0, mistake="squared")),
            result("bo", task("one", 1, sentence=said.format(1, 7)), task(mistake="squared")),
            result("cy", task("two", 2, sentence=said.format(2, 8))),
            result("di", task("two", 1, sentence="Something else.")),
        ],
        lambda student, task: f"{student}'s {task}",
    )
    (squared,) = named
    assert (squared.tasks, squared.students) == (("double", "count"), ("ada", "bo"))
    assert squared.example == "ada's count"
    assert [(problem.students, problem.tasks) for problem in others] == [
        (("bo", "cy"), ("one", "two")),
        (("di",), ("two",)),
    ]
    assert others[0].name == said.format(1, 7)


def test_the_authors_own_lines_behind_a_task(notebook):
    helper = "import math\nunused = 1\n\n@staticmethod\ndef half(x):\n    return x / 2  # half"
    made = notebook(extra=[helper], double="def double(x):\n    return 4 * half(x)")
    assert behind_task(made, "double").splitlines() == [
        "@staticmethod", "def half(x):", "    return x / 2  # half", "",
        "def double(x):", "    return 4 * half(x)",
    ]  # fmt: skip
    assert behind_task(made, "count") == "count = 3"
    assert behind_task(made, "unknown") == ""
    assert behind_task(notebook(double="def double(:"), "double") == ""
    assert not [cell for cell in own_cells(made) if "check(" in cell or "import numpy" in cell]


# Alike


def test_copies_are_found_whatever_they_are_called():
    code = f"def f(values, total):\n{LONG}"
    renamed = code.replace("total", "t").replace("values", "v") + "# my own work\n"
    found = similarity({"ada": code, "bo": renamed, "cy": f"def g(n):\n{OTHER}"})
    (pair,) = found.pairs
    assert (pair.one, pair.other, pair.share) == ("ada", "bo", 1.0)
    assert [group.members for group in found.groups] == [("ada", "bo")]


def test_what_many_share_lies_in_the_task():
    everybody = {f"s{i}": f"def f(values, total):\n{LONG}" for i in range(8)}
    assert similarity(everybody).pairs == ()
    own = {"x": everybody["s0"] + f"\ndef g(n):\n{OTHER}", "y": f"def h(n):\n{OTHER}"}
    assert [(pair.one, pair.other) for pair in similarity(everybody | own).pairs] == [("x", "y")]


def test_what_a_part_of_the_class_has_in_one_piece_was_handed_on():
    def own(i):
        lines = [
            f"    n = n // {i + 2} + n % {j} - [{'n, ' * ((i * j) % 7)}0][-1]" for j in range(25)
        ]
        return "def g(n):\n" + "\n".join(lines[: 20 + i % 3]) + "\n"

    ring = {f"r{i}": f"def f(values, total):\n{LONG}    return total + {i}\n" for i in range(8)}
    others = {f"s{i:02}": own(i) for i in range(12)}
    (group,) = [one for one in similarity(ring | others).groups if "r0" in one.members]
    assert group.members == tuple(ring)


def test_what_was_given_to_all_counts_for_nobody():
    given = f"def f(values, total):\n{LONG}"
    assert similarity({"ada": given, "bo": given}, stub=given).pairs == ()


@pytest.mark.parametrize("codes", [{}, {"ada": ""}, {"ada": "", "bo": ""}, {"a": "x", "b": "x"}])
def test_too_little_code_is_alike_to_nothing(codes):
    assert similarity(codes).pairs == ()


def test_groups_hang_together_by_their_closest_pairs():
    code = [f"def f(values, total):\n{LONG}", f"def g(n):\n{OTHER}"]
    found = similarity({"a": code[0], "b": code[0], "c": code[0], "x": code[1], "y": code[1]})
    assert [group.members for group in found.groups] == [("a", "b", "c"), ("x", "y")]
    assert [len(group.closest) for group in found.groups] == [2, 1]
    assert len(found.pairs) == 4


def test_shared_lines_are_marked_side_by_side():
    codes = {"ada": f"\n\nown = 1\n\n\ndef f(values, total):\n{LONG}", "bo": LONG + "print('mine')"}
    (pair,) = similarity(codes).pairs
    ada, bo = side_by_side(codes, "", pair)
    assert [line for line, both in bo if not both] == ["print('mine')"]
    assert all(both for line, both in ada if "total *" in line)
    assert not any(both for line, both in ada if line.startswith("own"))


def test_a_whole_class_is_compared_through_an_index(monkeypatch):
    """Comparing pair by pair takes quarters of a minute for 300: no pair is without a reason."""
    import copydetect

    compared = []
    monkeypatch.setattr(copydetect, "compare_files", lambda *pair: compared.append(pair))
    rng = np.random.default_rng(1)
    words = ["if n:", "for n in x:", "n = n + 1", "x = [n]", "return x(n)", "n -= x[1]"]
    codes = {
        f"s{i:03}": "\n".join(words[w] * (1 + w % 3) for w in rng.integers(6, size=60))
        for i in range(120)
    }
    codes |= {"thief": codes["s007"]}
    assert ("s007", "thief") in [(pair.one, pair.other) for pair in similarity(codes).pairs]
    assert compared == []


# The page


@pytest.fixture
def report_of(tiny_copy):
    """Give `report_of(results, notebooks)`: the text of the page and what a program reads."""

    def report_of(results, notebooks=()):
        for each in results:
            write_result(tiny_copy, each)
        for student, made in dict(notebooks).items():
            path = tiny_copy.submitted("tiny", student)
            path.parent.mkdir(parents=True)
            nbformat.write(made, path)
            path.with_name("timestamp.txt").write_text("2026-11-20 12:00:00.000000 UTC")
        page = write_class_report(tiny_copy, "tiny")
        return page.read_text(encoding="utf-8"), json.loads(page.with_suffix(".json").read_text())

    return report_of


def test_the_page_shows_code_of_mistakes_and_of_copies(report_of, notebook):
    copied = f"def double(values):\n    total = 0\n{LONG}    return 2 * values"
    wrong = "def double(x):\n    return x * x  # <b>square</b>"
    names = ("ada", "bo", "cy")
    html, said = report_of(
        [
            result("ada", task(), box="cold"),
            result("bo", task(needs_manual_grade=True), notes=("a cell was lost",), box="cold"),
            result("cy", task(score=1, mistake="squared"), box="pool"),
        ],
        zip(names, [notebook(double=copied)] * 2 + [notebook(double=wrong)], strict=True),
    )
    assert "return x * x  # &lt;b&gt;square&lt;/b&gt;" in html
    assert "ada and bo: 100%" in html
    assert "<mark>" in html
    assert "A person must look at a task before it counts: bo." in html
    assert "a cell was lost: bo." in html
    assert "boxes of kind cold (2), boxes of kind pool (1)" in html
    assert said["mistakes"][0]["example"].startswith("def double(x):")
    assert said["alike"]["groups"][0]["members"] == ["ada", "bo"]
    assert [one["score"] for one in said["results"]] == [4, 4, 1]
    assert not {"codes", "stub"} & set(said)


def test_a_copy_of_the_reference_solution_is_named(report_of, notebook, tiny_copy):
    source = tiny_copy.source("tiny")
    long = "".join(f"    {line.strip()}\n" for line in LONG.splitlines())
    text = source.read_text().replace("    return 2 * x\n", f"{long}    return 2 * x\n")
    source.write_text(text)
    copied = f"def double(x):\n{LONG}    return 2 * x"
    html, _ = report_of([result("ada", task())], {"ada": notebook(double=copied)})
    assert re.search(rf"<summary>ada and {REFERENCE}: [5-9]\d%", html)
    source.unlink()  # an instructor's copy may lack it
    assert REFERENCE not in write_class_report(tiny_copy, "tiny").read_text()


def test_the_page_lets_no_script_run_but_its_own(report_of):
    html, _ = report_of([result("ada", task())])
    assert "default-src 'none'" in html
    assert html.count("script-src 'sha256-") == 1
