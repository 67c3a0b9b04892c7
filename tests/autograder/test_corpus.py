"""A whole class of hostile and honest notebooks, graded at once: nobody gets, loses or breaks."""

import socket
import subprocess
from pathlib import Path

import pytest
from corpus.classes import CLASSES
from corpus.classroom import NEIGHBOURS, Classroom
from corpus.findings import neighbours_touched, problems, table
from corpus.host import SECRET, Host
from corpus.pages import active

DOCS = Path(__file__).parents[2] / "docs"
NOTEBOOKS = [one for some in CLASSES.values() for one in some]
EACH = pytest.mark.parametrize("one", NOTEBOOKS, ids=lambda one: one.name)


@pytest.fixture(scope="module")
def room(needs_box, tmp_path_factory):
    """Give the class after grading."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_SECRET", SECRET)
        room = Classroom(tmp_path_factory.mktemp("room"), NOTEBOOKS)
        room.grade()
    return room


@pytest.mark.slow
@EACH
def test_each_gets_what_its_code_deserves_and_a_reason(room, one):
    assert problems(room, one) == []


@pytest.mark.slow
def test_everybody_is_there(room):
    assert len(room.results) == len({one.who for one in NOTEBOOKS}) + len(NEIGHBOURS)


@pytest.mark.slow
def test_the_host_is_as_it_was(room):
    assert room.host_touched == []


@pytest.mark.slow
def test_neighbours_are_graded_as_if_they_were_alone(room):
    assert neighbours_touched(room) == []


@pytest.mark.slow
def test_the_table_in_the_docs_is_of_this_class(room):
    assert table(room) in (DOCS / "hostile-notebooks.md").read_text(encoding="utf-8"), table(room)


# Who looks for nothing finds nothing: each kind of harm is noticed


@pytest.fixture
def host(tmp_path):
    """Give a host that watches, and nothing was done to."""
    with Host(tmp_path) as host:
        assert host.touched() == []
        yield host


def test_a_changed_a_new_and_a_lost_file_are_noticed(host):
    secret = host.folder / "secret"
    for harm in (
        lambda: secret.write_text("x"),
        (host.folder / "new").touch,
        lambda: secret.chmod(0o600),
        secret.unlink,
    ):
        before = host.touched()
        harm()
        assert host.touched() != before


def test_a_variable_is_noticed(host, monkeypatch):
    monkeypatch.setenv("LEFT_BEHIND", "x")
    assert "the environment changed: [('LEFT_BEHIND', 'x')]" in host.touched()


def test_a_process_whose_parent_has_ended_is_noticed(host, monkeypatch):
    monkeypatch.setattr("corpus.host.ENDING", 0)
    subprocess.run(["sh", "-c", "sleep 1000 & echo $! > pid"], check=True, cwd=host.folder)
    number = int((host.folder / "pid").read_text())
    assert f"[({number}, 'sleep 1000 ')]" in " ".join(host.touched())
    subprocess.run(["kill", "-9", str(number)], check=True)


@pytest.mark.parametrize("service", ["TCP", "UDP", "SOCKET", "NAME"])
def test_a_call_is_noticed(host, service):
    address = host.services[service].getsockname()
    with socket.socket(host.services[service].family, host.services[service].type) as caller:
        caller.connect(address)
        caller.send(b"x")
    assert f"{service} was called" in host.touched()


@pytest.mark.parametrize(
    "harm",
    [
        "<script>x</script>",
        "<IMG SRC=x>",
        "<b onclick='x'>",
        "<a href='javascript:x'>",
        "<img src='data:image/svg+xml;base64,x'>",
        "<p style='position: fixed'>",
        "<meta http-equiv=refresh>",
        "<svg/onload=x>",
    ],
)
def test_what_a_page_would_run_is_noticed(harm):
    assert len(active(f"<p>{harm}</p>")) == 1
    assert active('<img src="data:image/png;base64,x"><b style="color: rgb(1,2,3)">') == []


# The corpus itself


def test_the_corpus_is_large_and_each_of_it_has_a_name():
    honest = {"accidents", "idioms", "mishaps", "styles"}
    assert sum(len(some) for name, some in CLASSES.items() if name not in honest) >= 90
    assert len(CLASSES["styles"]) >= 10
    assert len({one.name for one in NOTEBOOKS}) == len({one.who for one in NOTEBOOKS})
    assert len({one.who for one in NOTEBOOKS}) == len(NOTEBOOKS)
