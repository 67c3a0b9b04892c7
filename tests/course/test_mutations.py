"""The report of mutations: all of a task's mistakes, and a status that a bad bank changes."""

from dataclasses import replace

from assignment import subject
from mutations import holds, mutations, said

ONE = subject("conv1d")


def test_each_mistake_of_a_task_has_a_row():
    found = mutations(ONE, "sizes")
    names = [one.name for one in ONE.assignment.mistakes if "sizes" in one.tasks]
    assert [one.mistake for one in found] == names
    assert holds(found)
    head, _, *rows, _, total = said(found)
    assert head == f"conv1d, sizes: {len(names)} mistakes, 100.0% caught, 100.0% named"
    assert total == f"in all: {len(names)} mistakes, 100.0% caught, 100.0% named"
    for name, row in zip(names, rows, strict=True):
        assert row.split()[:2] == ["yes", "yes"]
        assert row.endswith(name)


def test_what_passes_or_is_told_another_name_is_seen():
    found = mutations(ONE, "sizes")
    passing = replace(found[0], scores=(0.5, 3.0, 0.5))
    assert not holds([passing, *found[1:]])
    assert any(line.startswith("  NO      yes     3 of 3") for line in said([passing]))
    other = replace(found[0], told=(found[0].mistake, None, "stride left out"))
    assert not holds([other, *found[1:]])
    assert any(line.endswith("; told None, stride left out") for line in said([other]))
    assert holds([other, *found * 3])
