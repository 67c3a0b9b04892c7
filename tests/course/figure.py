"""The bare page on which the lab figure is tested, and what a test does with it."""

from pathlib import Path

STATIC = Path(__file__).parents[2] / "book" / "_static"
NAMES = ("arithmetic", "settings", "words", "programs", "board", "lights", "panel", "lab")
SCRIPTS = [STATIC / f"conv-{name}.js" for name in NAMES]
SHEETS = [STATIC / "course.css", STATIC / "conv-lab.css"]
MINUS = "\u2212"
TYPES = {
    "1D": "",
    "dilated": 'dilation="3" padding="2"',
    "causal": 'causal dilation="2"',
    "channels": 'channels="3" filters="2"',
    "1D transposed": 'transposed channels="2"',
    "2D": 'axes="2" padding="1"',
    "grouped": 'axes="2" channels="4" filters="2" groups="2" kernel="2"',
    "depthwise": 'axes="2" channels="3" filters="3" groups="3"',
    "2D transposed": 'axes="2" transposed padding="1" output-padding="1"',
    "3D": 'axes="3" padding="1"',
    "3D transposed": 'axes="3" transposed filters="2"',
}
SET = """([settings, flip]) => {
  const lab = document.querySelector("conv-lab");
  const sliders = Object.entries(settings).map(([name, value]) => {
    const slider = lab.querySelector(`[name=${name}]`);
    slider.value = value;
    return slider;
  });
  sliders.at(-1)?.dispatchEvent(new Event("input"));  // the figure reads all of them
  const turn = lab.querySelector("[name=flip]");
  if (turn.checked !== flip) turn.click();
  return lab.value;
}"""


def page_text(*figures):
    """Return a page with these figures, each given by its attributes."""
    sheets = "".join(f'<link rel="stylesheet" href="{sheet.as_uri()}">' for sheet in SHEETS)
    scripts = "".join(f'<script defer src="{script.as_uri()}"></script>' for script in SCRIPTS)
    labs = "".join(f"<conv-lab {attributes}><p>Fallback</p></conv-lab>" for attributes in figures)
    return f"""<!doctype html><html lang="en"><head><title>Figure</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">{sheets}
<script>
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
document.documentElement.dataset.theme = dark ? "dark" : "light";
</script>{scripts}<style>
[data-theme=dark] body {{ color: #ced6dd; background: #121212; color-scheme: dark; }}
</style></head><body><main><h1>Figure</h1>{labs}</main></body></html>"""


def remake(page, attributes):
    """Put another figure onto the page, in the place of the one there is."""
    page.evaluate(
        "(html) => (document.querySelector('main').innerHTML = html)",
        f"<h1>Figure</h1><conv-lab {attributes}></conv-lab>",
    )


def move(page, settings, *, flip=False):
    """Move the sliders of the figure, in this order; return the values it shows then."""
    return page.evaluate(SET, [settings, flip])


def says(page):
    """Return the sentence of the figure, with Python's minus."""
    return page.locator("conv-lab .says").inner_text().replace(MINUS, "-")
