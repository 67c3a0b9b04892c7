// What stands around the board of the lab figure.
globalThis.convPanel = (() => {
  "use strict";
  const { element, set } = globalThis.convBoard;
  const programs = globalThis.convPrograms;
  const SAID_MS = 2000;

  function button(text, act) {
    const node = element("button", { type: "button" }, text);
    node.addEventListener("click", act);
    return node;
  }

  const coloured = (part) =>
    part.role ? element("span", { class: `conv-${part.role}` }, part.text) : part;

  /** A labelled box to tick, or slider with its position. */
  function control(text, attributes, act) {
    const node = element("input", attributes), range = attributes.type === "range";
    node.addEventListener("input", act);
    const position = range ? [element("span", { class: "position", "aria-hidden": "true" })] : [];
    const parts = [element("span", {}, text), node, ...position];
    return [node, element("label", {}, ...(range ? parts : parts.reverse()))];
  }

  function place(slider, value, text = String(value)) {
    slider.value = value;
    slider.nextElementSibling.textContent = text;
    slider.setAttribute("aria-valuetext", text);
  }

  /** Copy, and say so on the button, or say what was done instead. */
  async function copy(text, node, otherwise) {
    const before = node.textContent;
    try {
      await navigator.clipboard.writeText(text);
      node.textContent = "Copied";
    } catch { // the browser keeps its clipboard to itself on this page
      node.textContent = otherwise();
    }
    setTimeout(() => (node.textContent = before), SAID_MS);
  }

  /** The program for a library; `write(values, s)` renews it. */
  function programPanel() {
    const code = element("code"), names = Object.keys(programs);
    const pre = element("pre", { tabindex: 0, role: "group", "aria-label": "The same in Python" }, code);
    let shown = names[0], last;
    const write = (...scene) => {
      last = scene;
      code.textContent = programs[shown](...scene);
      for (const node of choices) node.setAttribute("aria-pressed", node.textContent === shown);
    };
    const choices = names.map((name) => button(name, () => {
      shown = name;
      write(...last);
    }));
    const copier = button("Copy", () => copy(code.textContent, copier, () => {
      getSelection().selectAllChildren(code);
      return "Selected";
    }));
    const bar = element("div", { class: "bar" }, ...choices, copier);
    return { node: element("div", { class: "program" }, bar, pre), write };
  }

  function block({ name, rows, sum }, several) {
    const lines = rows.map((row) => element("span", { class: "line" },
      ...row.map((term) => element("span", {}, ...term.map(coloured)))));
    const node = element("span", { class: "block", ...(several && { "data-name": name }) }, ...lines);
    if (several) node.append(element("span", { class: "sum" }, ` = ${sum}`));
    return set(node, { columns: Math.max(...rows.map((row) => row.length)) });
  }

  /** A sum, written on one line, in the rows of the kernel, or in blocks. */
  function written({ head, blocks, tail = [] }) {
    const one = blocks.length === 1 && blocks[0].rows.length === 1;
    if (one || !blocks.length) return [...head, ...blocks.flatMap(({ rows }) => rows.flat(2)), ...tail].map(coloured);
    const parts = [head, tail].map((part) => element("span", {}, ...part.map(coloured)));
    const drawn = blocks.map((each) => block(each, blocks.length > 1));
    return [element("div", { class: blocks.length > 1 ? "blocks" : "rows" }, parts[0], ...drawn, parts[1])];
  }

  return { button, coloured, control, place, copy, programPanel, written };
})();
