// <conv-calculator>: what a layer costs, as a full, a grouped and a depthwise separable one.
// Attributes channels, filters, kernel, groups and size set its first numbers.
(() => {
  // Name, label, first number, largest: up to there all products stay below 2 to the 53, and exact.
  const FIELDS = [
    ["channels", "Channels in", 32, 4096],
    ["filters", "Channels out", 64, 4096],
    ["kernel", "Kernel side", 3, 31],
    ["groups", "Groups", 4, 4096],
    ["size", "Side of the output", 56, 512],
  ];

  // What one kind of layer learns and multiplies; groups null if they do not divide the channels.
  function costs({ channels, filters, kernel, groups, size }) {
    const area = kernel * kernel;
    const fits = channels % groups === 0 && filters % groups === 0;
    const weights = {
      full: filters * channels * area,
      grouped: fits ? filters * (channels / groups) * area : null,
      depthwise: channels * area,
      pointwise: channels * filters,
      separable: channels * area + channels * filters,
    };
    const biases = {
      full: filters, grouped: filters, depthwise: channels, pointwise: filters, separable: channels + filters,
    };
    const cost = (name) => weights[name] === null ? null : {
      parameters: weights[name],
      with_biases: weights[name] + biases[name],
      multiplications: weights[name] * size * size,
      ratio: weights[name] / weights.full,
    };
    return Object.fromEntries(Object.keys(weights).map((name) => [name, cost(name)]));
  }

  const NAMES = {
    full: "full", grouped: "grouped", depthwise: "depthwise", pointwise: "pointwise", separable: "separable: both",
  };

  class Calculator extends HTMLElement {
    connectedCallback() {
      if (this.querySelector("form")) return;
      const id = `calculator-${document.querySelectorAll("conv-calculator form").length}`;
      this.innerHTML = `<form aria-label="What a layer costs">${FIELDS.map(([name, label, first, most]) =>
        `<label>${label} <input type="number" name="${name}" min="1" max="${most}" step="1" required
          inputmode="numeric" value="${Number(this.getAttribute(name)) || first}"></label>`).join("")}
        </form><p class="trouble" id="${id}" role="status"></p>
        <div class="costs" tabindex="0" role="region" aria-label="Costs"><table><thead><tr>
        <th scope="col">layer</th><th scope="col">parameters</th><th scope="col">with biases</th>
        <th scope="col">multiplications</th><th scope="col">of the full</th></tr></thead><tbody></tbody></table></div>`;
      for (const input of this.querySelectorAll("input")) input.setAttribute("aria-describedby", id);
      this.querySelector("form").addEventListener("input", () => this.show());
      this.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
      this.show();
    }

    show() {
      const form = this.querySelector("form");
      const wrong = FIELDS.filter(([name]) => !form.elements[name].checkValidity());
      for (const [name] of FIELDS) {
        form.elements[name].setAttribute("aria-invalid", String(!form.elements[name].checkValidity()));
      }
      const trouble = this.querySelector(".trouble");
      this.value = null;
      if (wrong.length) {
        trouble.textContent = wrong.map(([, label, , most]) => `${label}: a whole number from 1 to ${most}, please.`).join(" ");
        this.querySelector("tbody").textContent = "";
        return;
      }
      const settings = Object.fromEntries(FIELDS.map(([name]) => [name, form.elements[name].valueAsNumber]));
      this.value = { ...settings, costs: costs(settings) };
      const { separable, grouped } = this.value.costs;
      trouble.textContent = grouped
        ? `Separable: ${separable.parameters.toLocaleString("en")} parameters, ${(100 * separable.ratio).toPrecision(3)} % of the full layer's.`
        : `${settings.groups} groups do not divide ${settings.channels} and ${settings.filters} channels: there is no such grouped layer.`;
      this.querySelector("tbody").innerHTML = Object.entries(this.value.costs).map(([name, cost]) => {
        const cells = cost
          ? [cost.parameters, cost.with_biases, cost.multiplications].map((n) => n.toLocaleString("en"))
              .concat(`${(100 * cost.ratio).toPrecision(3)} %`)
          : ["none", "none", "none", "none"];
        return `<tr class="${name}"><th scope="row">${NAMES[name]}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
      }).join("");
    }
  }

  customElements.define("conv-calculator", Calculator);
})();
