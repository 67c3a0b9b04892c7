"""Figures are drawn once, and have the border that saving them tightly gives."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

FIGURES = {
    "plain": "ax.plot([1, 4, 2])",
    "a legend beside it": "ax.plot([1, 2], label='a'); ax.legend(bbox_to_anchor=(1.3, 1))",
    "too low for its title": "fig.set_size_inches(7, 1); ax.set_title('a\\nb'); ax.set_xlabel('c')",
    "an image": "ax.imshow([[0, 1], [1, 0]], cmap='gray'); ax.axis('off')",
    "a layout of its own": "fig.set_layout_engine('constrained'); ax.set_ylabel('a')",
    "made by hand": "from matplotlib.figure import Figure\n"
    "plt.close(); fig = Figure(); fig.add_subplot().plot([1, 2]); display(fig)",
    "in other dots": "fig.set_dpi(61); ax.set_ylabel('a')",
}
SAVED = """import io
import matplotlib.pyplot as plt
from PIL import Image
fig, ax = plt.subplots()
{drawing}
saved = io.BytesIO()
fig.savefig(saved, bbox_inches="tight", format="png", dpi=fig.dpi)
print(*Image.open(saved).size)"""
INK = 250  # and darker


@pytest.mark.parametrize("drawing", FIGURES.values(), ids=FIGURES)
def test_the_border_is_that_of_a_tightly_saved_figure(box, drawing):
    outputs = box.show(SAVED.format(drawing=drawing)).outputs[0]
    said, shown = sorted(outputs, key=lambda output: "data" in output)
    saved = [int(size) for size in said["text"].split()]
    picture = Image.open(io.BytesIO(base64.b64decode(shown["data"]["image/png"])))
    assert np.allclose(picture.size, saved, rtol=0, atol=1)
    ink = np.argwhere(np.asarray(picture.convert("L")) < INK)
    assert (ink.min(0) > 0).all()
    assert (ink.max(0) < np.array(picture.size[::-1]) - 1).all()


def test_a_figure_without_anything_is_not_shown(box):
    outputs = box.show("import matplotlib.pyplot as plt\nplt.figure()\nplt.show()").outputs[0]
    assert not any("image/png" in output.get("data", {}) for output in outputs)


@pytest.mark.parametrize("line", ["", "%matplotlib inline\n"])
def test_a_figure_is_drawn_for_its_picture_alone(box, line):
    figure = f"import matplotlib.pyplot as plt\n{line}plt.plot([1, 2]);"
    count = "from matplotlib.figure import Figure\ndrawn, draw = [], Figure.draw\n"
    count += "Figure.draw = lambda *a, **k: drawn.append(1) or draw(*a, **k)"
    visit = box.show(count, figure, "len(drawn)")
    assert "image/png" in visit.outputs[1][-1]["data"]
    assert visit.outputs[2][0]["data"]["text/plain"] == "1"
