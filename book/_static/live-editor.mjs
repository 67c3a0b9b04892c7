// An editor for code: CodeMirror, fetched when it is first asked for, or a plain text field where it
// cannot be had.  Escape, then Tab leaves it, as in every editor in which Tab indents.

const CODEMIRROR = new URL("../live/codemirror.mjs", import.meta.url);

/**
 * Put an editor into an element; resolves with {text, set, focus, remove}.
 * `label` names it; `change` is called with each new text, `run` at Shift+Enter.
 */
export async function edit(place, code, { label, change, run }) {
  const mirror = await import(CODEMIRROR).catch(() => null);
  return (mirror ? codemirror : field)(place, code, { label, change, run }, mirror);
}

function codemirror(place, code, { label, change, run }, { editor }) {
  const view = editor({ parent: place, doc: code, label, change, run: () => (run(), true) });
  return {
    text: () => view.state.doc.toString(),
    set: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    focus: () => view.focus(),
    remove: () => view.destroy(),
  };
}

function field(place, code, { label, change, run }) {
  const area = document.createElement("textarea");
  area.value = code;
  area.rows = code.split("\n").length;
  area.spellcheck = false;
  area.setAttribute("aria-label", label);
  area.addEventListener("input", () => change(area.value));
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.shiftKey) return;
    event.preventDefault();
    run();
  });
  place.append(area);
  return {
    text: () => area.value,
    set: (text) => { area.value = text; change(text); },
    focus: () => area.focus(),
    remove: () => area.remove(),
  };
}
