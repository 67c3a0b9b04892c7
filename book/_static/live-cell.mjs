// One cell of a page: its buttons, its editor, its output.  What it asks for, live.mjs does.

import { edit } from "./live-editor.mjs";
import { Output, element, tell } from "./live-output.mjs";

const COMMAND = /^[%!]/m; // of a notebook, not of Python

export class Cell {
  editor = null;
  ran = { start: 0, code: null }; // what ran last, and in which Python

  /** A cell that is shown, or the script element that holds the code of one that is not. */
  constructor(node, number, ask) {
    this.node = node;
    this.number = number;
    this.ask = ask;
    const hidden = node.matches(".live-code") ? node : node.querySelector(":scope > .live-code");
    this.input = node.querySelector(".cell_input");
    const listing = this.input?.querySelector("pre");
    this.original = (hidden ? JSON.parse(hidden.textContent) : listing.textContent).replace(/\n$/, "");
    this.locked = node.classList.contains("live-locked"); // to run, not to change
    this.name = this.input ? `cell ${number}` : "a cell that is not shown";
    this.why = this.#whyNot();
    this.output = new Output(node.querySelector(".cell_output") ?? this.#place());
    if (this.input) this.#addBar();
  }

  get code() {
    return this.editor ? this.editor.text() : this.original;
  }

  /** Whether this Python has run the cell as it is now. */
  ranIn(start) {
    return this.ran.start === start && this.ran.code === this.code;
  }

  #whyNot() {
    if (this.node.classList.contains("tag_no-run")) return "This cell needs more than a browser has.";
    if (COMMAND.test(this.original)) return "This cell has a command for a notebook (% or !).";
    return "";
  }

  #place() {
    const place = element("div", { class: "cell_output docutils container" });
    if (!this.node.matches(".live-code")) this.node.append(place);
    return place;
  }

  #addBar() {
    this.bar = element("div", { class: "live-bar", role: "group", "aria-label": `Cell ${this.number}` });
    this.input.append(this.bar);
    this.said = element("span", { class: "live-said" }, this.why || this.name);
    if (!this.why) {
      const act = (text, what, does) => {
        const button = element("button", { type: "button", "aria-label": `${text} ${what}` }, text);
        button.addEventListener("click", does);
        this.bar.append(button);
        return button;
      };
      this.runner = act("Run", this.name, () => (this.busy ? this.ask.stop() : this.ask.run(this)));
      if (!this.locked) {
        act("Edit", this.name, () => this.edit());
        this.resetter = act("Reset", this.name, () => this.reset());
        this.resetter.disabled = true;
      }
      if (this.number > 1) act("Run above", this.name, () => this.ask.runAbove(this));
      this.node.addEventListener("keydown", (event) => this.#key(event));
    }
    this.bar.append(this.said);
  }

  #key(event) {
    if (event.key !== "Enter" || !event.shiftKey || event.defaultPrevented) return;
    event.preventDefault();
    this.ask.run(this);
  }

  /** Say what goes on, and how much of it is done; `busy` makes the button one that stops. */
  say(text, busy = false, part = null) {
    if (!this.runner) return;
    tell(this.said, text || this.name, part);
    this.busy = busy;
    this.runner.textContent = busy ? "Stop" : "Run";
    this.runner.setAttribute("aria-label", `${this.runner.textContent} ${this.name}`);
  }

  async edit() {
    (await this.open()).focus();
  }

  /** Resolves with the cell's editor. */
  open() {
    this.opening ??= this.#opened();
    return this.opening;
  }

  async #opened() {
    this.holder = element("div", { class: "live-editor" });
    this.editor = await edit(this.holder, this.original, {
      label: `Code of ${this.name}. Escape, then Tab leaves it; Shift and Enter run it.`,
      change: () => this.#changed(),
      run: () => this.ask.run(this),
    });
    this.input.firstElementChild.hidden = true;
    this.input.prepend(this.holder);
    this.#changed();
    return this.editor;
  }

  /** Have the code and the output of the built book again. */
  reset() {
    this.editor?.remove();
    this.holder?.remove();
    this.editor = this.opening = this.holder = null;
    this.input.firstElementChild.hidden = false;
    this.output.reset();
    this.say("");
    this.#changed();
    this.runner.focus(); // this button is not to be pressed twice
  }

  #changed() {
    this.node.dispatchEvent(new CustomEvent("live-change", { bubbles: true }));
    if (this.resetter) this.resetter.disabled = !this.editor && !this.output.fresh;
  }

  /** Open what hides the output, and be ready for a new one. */
  begin() {
    const folded = this.output.place.closest("details");
    if (folded && this.node.contains(folded)) folded.open = true;
    this.output.begin();
  }

  end(ok, start) {
    this.output.end();
    this.ran = { start, code: ok ? this.code : null };
    this.#changed();
  }
}
