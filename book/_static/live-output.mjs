// What a run shows, in the markup of the built book, so that it looks the same.

export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Say something in an element, with a bar of how much is done, from 0 to 1. */
export function tell(place, text, part = null) {
  place.replaceChildren(text);
  if (part !== null) place.append(" ", element("progress", { value: part, "aria-label": "Loaded" }));
}

const TEXT = { // kind: classes of the block around the text
  stdout: "output stream highlight-myst-ansi notranslate",
  stderr: "output stream highlight-myst-ansi notranslate",
  text: "output text_plain highlight-myst-ansi notranslate",
  error: "output traceback highlight-ipythontb notranslate",
};

/** The place below a cell: the old output stays, dimmed, until the first of the new one comes. */
export class Output {
  constructor(place) {
    this.place = place;
    this.original = [...place.childNodes];
    this.fresh = false;
  }

  begin() {
    this.fresh = false;
    this.place.classList.add("live-old");
  }

  /** Show one thing: {kind, data}. */
  show({ kind, data }) {
    this.#clear();
    if (kind === "html" || kind === "svg") this.place.append(markup(data));
    else if (kind === "png") this.place.append(image(data));
    else this.#write(kind, data);
  }

  end() {
    this.#clear();
  }

  /** Show again what the built book shows. */
  reset() {
    this.place.classList.remove("live-old");
    this.place.replaceChildren(...this.original);
    this.fresh = false;
  }

  #clear() {
    if (this.fresh) return;
    this.fresh = true;
    this.place.classList.remove("live-old");
    this.place.replaceChildren();
    this.last = null;
  }

  /** What is printed goes on in the block of what was printed before. */
  #write(kind, data) {
    const stream = kind === "stdout" || kind === "stderr";
    if (!(stream && this.last?.isConnected && this.last === this.place.lastElementChild)) {
      this.pre = element("pre", kind === "error" ? { tabindex: 0, role: "group", "aria-label": "Error" } : {});
      const block = element("div", { class: TEXT[kind] }, element("div", { class: "highlight" }, this.pre));
      this.place.append(block);
      this.last = stream ? block : null;
    }
    this.pre.append(data);
  }
}

function markup(html) {
  const block = element("div", { class: "output text_html" });
  block.innerHTML = html;
  if (block.querySelector(".math")) globalThis.MathJax?.typesetPromise?.([block]);
  return block;
}

function image(bytes) {
  const picture = element("img", { alt: "The figure that this cell draws" });
  picture.src = URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
  picture.onload = () => URL.revokeObjectURL(picture.src);
  return element("div", { class: "output image_png" }, picture);
}
