// The program of what the lab figure shows, for convlib and PyTorch.
globalThis.convPrograms = (() => {
  "use strict";
  const { range, shapes, pads } = globalThis.convArithmetic;

  const each = (s, text) => Array(s.axes).fill(text).join(", ");

  /** An array, in lines of whole rows. */
  function array(make, numbers, shape) {
    const row = shape.at(-1), wide = row * Math.max(1, Math.floor(15 / row));
    const lines = range(Math.ceil(numbers.length / wide))
      .map((i) => numbers.slice(i * wide, (i + 1) * wide).join(", "));
    return `${make}([${lines.join(",\n    ")}]).reshape(${shape.join(", ")})`;
  }

  /** The call, with only those options that differ from the usual. */
  function call(name, s, padding) {
    const options = [
      ["stride", s.stride, 1], ["padding", padding, 0], ["output_padding", s.output_padding, 0],
      ["dilation", s.dilation, 1], ["groups", s.groups, 1],
    ].filter(([, value, usual]) => value !== usual);
    return `${name}(x, w${options.map(([option, value]) => `, ${option}=${value}`).join("")})`;
  }

  const nameOf = (s) => `conv${s.transposed ? "_transpose" : ""}${s.axes}d`;

  function convlib({ x, w }, s) {
    const all = shapes(s), before = s.stride === 1 ? '"causal"' : `[${each(s, `(${pads(s)[0]}, 0)`)}]`;
    return [
      `import numpy as np\nfrom convlib import ${nameOf(s)}\n`,
      `x = ${array("np.array", x, [1, ...all.x])}`,
      `w = ${array("np.array", w, all.w)}`,
      ...(s.flip ? [`w = w[..., ${each(s, "::-1")}]  # as in mathematics`] : []),
      call(nameOf(s), s, s.causal ? before : s.padding),
    ].join("\n");
  }

  /** PyTorch pads both sides alike: zeros before alone are added, or cut off, by hand. */
  function PyTorch({ x, w }, s) {
    const all = shapes(s), before = s.causal ? pads(s)[0] : 0;
    const cut = before && s.transposed ? `[..., ${each(s, `${before}:`)}]` : "";
    return [
      "import torch\nimport torch.nn.functional as F\n",
      `x = ${array("torch.tensor", x, [1, ...all.x])}.float()`,
      `w = ${array("torch.tensor", w, all.w)}.float()`,
      ...(s.flip ? [`w = w.flip(${range(s.axes).map((axis) => axis - s.axes).join(", ")})  # as in mathematics`] : []),
      ...(before && !s.transposed ? [`x = F.pad(x, (${each(s, `${before}, 0`)}))`] : []),
      `${call(`F.${nameOf(s)}`, s, s.causal ? 0 : s.padding)}${cut}`,
    ].join("\n");
  }

  return { convlib, PyTorch };
})();
