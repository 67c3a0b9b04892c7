// What lights up on the board of the lab figure when a cell is chosen.
globalThis.convLights = (() => {
  "use strict";
  const { unflat, outputSize, isSmall, linksOf } = globalThis.convArithmetic;
  const { number } = globalThis.convWords;
  const { set, spotOf, frameOf } = globalThis.convBoard;

  const gridOf = (board, { letter, at }) => board.cells[letter].findIndex((cell) => cell.at === at);

  /** Light these cells, by grid and weight, and let the tab key in at one. */
  function lightCells(board, letter, lit, tabbable, notes) {
    board.cells[letter].forEach(({ node, at }, grid) => {
      node.classList.toggle("lit", lit.has(grid));
      if (at >= 0) node.tabIndex = at === tabbable ? 0 : -1;
      if (notes && lit.has(grid)) node.dataset.note = number(notes[lit.get(grid)]);
      else delete node.dataset.note;
    });
  }

  /** The weights: which are used, and where they stand; in 1D the kernel lies at its stop. */
  function lightKernel({ rows, weights, scene: { s, shapes } }, used, [channel, stop]) {
    const turned = (tap) => (s.flip ? s.kernel - 1 - tap : tap);
    weights.forEach((node, i) => {
      const [row, column] = unflat(i, shapes.w).slice(-2);
      node.classList.toggle("lit", used.has(i));
      if (s.axes === 1) set(node, { row, column: stop * s.stride + turned(column) * s.dilation });
      else set(node, { row: turned(row), column: turned(column) });
    });
    [...rows.w.children].forEach((plane, i) => {
      plane.hidden = s.axes === 1 && i !== channel;
      if (i === channel) rows.w.dataset.letter = plane.dataset.name || "w";
      if (s.axes > 2) plane.style.order = i - (i % s.kernel) + turned(i % s.kernel);
    });
  }

  function frame({ windows, scene }, large, links, place) {
    const { s, values } = scene, { lengths } = frameOf(large, scene), own = windows.map(() => []);
    for (const link of links) own[spotOf(unflat(link.grid, lengths), lengths).plane].push(link);
    windows.forEach((node, i) => {
      node.hidden = !own[i].length;
      if (node.hidden) return;
      const first = s.axes === 1 ? unflat(own[i][0].grid, lengths)[0] : place.at(-2) * s.stride;
      set(node, { row: first, column: place.at(-1) * s.stride });
      [...node.children].forEach((chip, tap) => (chip.textContent = number(values.w[own[i][tap].w])));
    });
  }

  /** From a cell of the small side to one of the large side, or to the kernel on it. */
  function wire(board, small, stop, grid, toKernel) {
    const { s, shapes } = board.scene, large = small === "x" ? "y" : "x", down = s.transposed;
    const [row, i] = unflat(stop, shapes[small]);
    const [far, column] = unflat(grid, frameOf(large, board.scene).lengths);
    const from = board.column(small, i) + 0.5, to = column + 0.5, start = board.tops[small] + row + down;
    const edge = toKernel ? board.tops.w + !down * shapes.w[1] : board.tops[large] + far + !down;
    const bend = (start + edge) / 2;
    return `M${to} ${edge}C${to} ${bend} ${from} ${bend} ${from} ${start}`;
  }

  function drawWires(board, small, chosen, links) {
    const toKernel = chosen.letter === small, own = gridOf(board, chosen);
    const paths = new Set(links.map((link) => (toKernel
      ? wire(board, small, chosen.at, link.grid, true) : wire(board, small, link.at, own, false))));
    board.wires.innerHTML = [...paths].map((path) => `<path d="${path}"/>`).join("");
  }

  /** Light the chosen cell and what it is linked with. */
  function light(board, chosen) {
    const { s, shapes, values } = board.scene, { letter, at } = chosen, fits = outputSize(s) > 0;
    const links = fits ? linksOf(letter, at, s) : [], stops = isSmall(letter, s);
    const [small, large] = isSmall("x", s) ? ["x", "y"] : ["y", "x"], other = letter === "x" ? "y" : "x";
    const met = new Map(links.map((link) => [link.grid, link.w]));
    lightCells(board, letter, new Map(fits ? [[gridOf(board, chosen)]] : []), at);
    lightCells(board, other, met, 0, stops || s.axes === 1 ? undefined : values.w);
    const [channel, ...place] = stops && links.length ? unflat(at, shapes[letter]) : [0, 0];
    board.rows.w.classList.toggle("away", s.axes === 1 && !stops && fits);
    lightKernel(board, new Set(links.map((link) => link.w)), [channel, place.at(-1)]);
    frame(board, large, stops ? links : [], place);
    if (s.axes === 1) drawWires(board, small, chosen, links);
  }

  return { light };
})();
