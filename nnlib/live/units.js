// The network's picture: what each unit sees, enlarged, and its weights, to read and to change.

function nameOf(sizes, l, k) {
  if (l === 0) return `input x${"₁₂"[k]}`;
  return l === sizes.length - 1 ? "the output" : `unit ${k + 1} of hidden layer ${l}`;
}

const titled = (words) => words[0].toUpperCase() + words.slice(1);

// A unit's values at some places of the grid
function coarse(values, width, k) {
  const n = nnPicture.COARSE, step = (STEPS - 1) / (n - 1);
  return Array.from({ length: n * n }, (_, c) => values[(Math.floor(c / n) * STEPS + (c % n)) * step * width + k]);
}

class Units {
  constructor(panel) {
    this.panel = panel;
    this.chosen = null; // [layer, unit]
    this.drawn = make("div");
    this.spots = make("div", { class: "nnl-units", role: "group", "aria-label": "units: arrow keys go from one to the next" });
    this.tip = make("div", { class: "nnl-tip", "aria-hidden": "true", hidden: "" });
    this.element = make("div", { class: "nnl-view nnl-network" }, this.drawn, this.spots, this.tip);
    this.looking = make("div", { class: "nnl-looking" });
    this.element.addEventListener("pointermove", (event) => this.point(this.under(event)));
    this.element.addEventListener("pointerleave", () => this.point(null));
    this.element.addEventListener("click", (event) => this.open(this.under(event)));
    this.spots.addEventListener("keydown", (event) => {
      const move = ARROWS[event.key];
      if (!move) return;
      event.preventDefault();
      const shown = positions(panel.recipe.sizes), within = (list, k) => Math.min(list.length - 1, Math.max(0, k));
      const layer = within(shown, this.chosen[0] + move[0]), unit = within(shown[layer], this.chosen[1] + move[1]);
      this.spots.querySelector(`[data-unit="${layer},${unit}"]`).focus();
    });
  }

  // A button over each unit of the picture
  show() {
    const { sizes } = this.panel.recipe, [layer, unit] = this.chosen ?? [], key = sizes.join();
    if (!(unit < Math.min(sizes[layer], nnPicture.MOST))) this.chosen = [1, 0];
    if (this.spots.dataset.sizes !== key) {
      this.spots.dataset.sizes = key;
      const { NET, SIZE } = nnPicture;
      this.spots.replaceChildren(...positions(sizes).flatMap((places, l) => places.map((place, k) => {
        const spot = make("button", { type: "button", "aria-label": nameOf(sizes, l, k), "data-unit": `${l},${k}` });
        put(spot, place, NET);
        spot.style.width = `${(100 * SIZE) / NET.width}%`;
        spot.style.height = `${(100 * SIZE) / NET.height}%`;
        spot.addEventListener("pointerenter", () => this.look([l, k]));
        spot.addEventListener("pointerleave", () => this.look());
        for (const kind of ["focus", "click"]) spot.addEventListener(kind, () => { this.chosen = [l, k]; this.look(); });
        return spot;
      })));
    }
    this.look();
  }

  // The unit that is enlarged: what it sees, and the weights into it
  look(which = this.chosen) {
    const { recipe: { sizes }, shown, picture, grid } = this.panel, [l, k] = which;
    for (const spot of this.spots.children) {
      spot.tabIndex = spot.dataset.unit === this.chosen.join() ? 0 : -1;
      spot.setAttribute("aria-pressed", spot.dataset.unit === which.join());
    }
    const values = Array.from({ length: STEPS * STEPS }, (_, c) => (l ? shown.seen.A[l - 1][c * sizes[l] + k] : grid[2 * c + k]));
    const svg = l === sizes.length - 1 ? enlarged(picture.field, STEPS, picture) : enlarged(values, STEPS);
    if (this.looked !== which.join() || !this.looking.firstChild) this.layOut(l, k);
    this.looked = which.join();
    const [map, words] = this.looking.querySelectorAll(".nnl-map, .nnl-range");
    map.innerHTML = this.panel.night() ? atNight(svg) : svg;
    words.textContent = `From ${extremes(values).map(short).join(" to ")} over the square.`;
    this.looking.querySelectorAll("input").forEach((input, i) => {
      if (document.activeElement !== input) input.value = String(Number(picture.weights[l - 1][k * sizes[l - 1] + i].toPrecision(6)));
    });
  }

  layOut(l, k) {
    const { me, recipe: { sizes } } = this.panel, inputs = l ? Math.min(sizes[l - 1], nnPicture.MOST) : 0, title = nameOf(sizes, l, k);
    const weights = make("div", { class: "nnl-weights", role: "group", "aria-label": `weights into ${title}` });
    for (let i = 0; i < inputs; i++) {
      const id = `${me}-w${i}`, one = field({ id, step: "any", min: null, "data-weight": `${l},${k},${i}` }, () => this.weigh(l, k, i, one.value));
      weights.append(make("label", { for: id }, `from ${l === 1 ? ["x₁", "x₂"][i] : `unit ${i + 1}`}`), one.input);
    }
    const more = l && sizes[l - 1] > inputs ? ` The first ${inputs} of ${sizes[l - 1]}.` : "";
    this.looking.replaceChildren(make("div", { class: "nnl-map" }), make("div", { class: "nnl-about" },
      make("p", { class: "nnl-title" }, titled(title)), make("p", { class: "nnl-range" }),
      ...(inputs ? [make("p", {}, `Its weights, to read and to change.${more}`), weights] : [])));
  }

  // A weight set by hand: before training it is a first weight, and all is trained anew
  async weigh(l, j, i, value) {
    const { panel } = this, { recipe, shown } = panel, name = `W${l}[${j}, ${i}]`;
    if (shown.untrained) return panel.attempt(() => nnSettings.weighted(panel.settings, l, j, i, value));
    if (value === null || !Number.isFinite(value)) return panel.say(`${name} must be a number`);
    panel.say("");
    panel.tape.leaveWalk();
    const parameters = shown.parameters.slice();
    parameters[nnSettings.place(recipe.sizes, name)] = value;
    const measured = await panel.measured(parameters), words = `${shown.words.replace(/, changed$/, "")}, changed`;
    await panel.show({
      parameters, ...measured, row: null, words, title: "changed by hand", edited: `${name} was set to ${value} by hand`,
      after: shown.after ?? finished(recipe, shown.row ?? 0),
    });
  }

  // Edges: the one under the pointer is read, and a click on it leads to its weight

  point(edge) {
    this.tip.hidden = !edge;
    this.element.classList.toggle("nnl-on-edge", Boolean(edge));
    if (!edge) return;
    const { l, j, i, w, at } = edge;
    this.tip.textContent = `W${l}[${j}, ${i}] = ${short(w)}`;
    put(this.tip, at, nnPicture.NET);
  }

  open(edge) {
    if (!edge) return;
    this.chosen = [edge.l, edge.j];
    this.look();
    const input = this.looking.querySelector(`[data-weight="${edge.l},${edge.j},${edge.i}"]`);
    input?.focus();
    input?.select();
  }

  // The weight whose line passes nearest to the pointer, if one is near
  under(event) {
    const { recipe, picture } = this.panel;
    if (event.target.dataset?.unit || !picture) return null;
    const [x, y] = spotIn(this.element, event, nnPicture.NET), { sizes } = recipe, spots = positions(sizes), side = nnPicture.SIZE;
    let best = null, near = 5;
    for (let l = 1; l < sizes.length; l++) spots[l].forEach(([x2, y2], j) => spots[l - 1].forEach(([x1, y1], i) => {
      const a = [x1 + side, y1 + side / 2], d = [x2 - a[0], y2 + side / 2 - a[1]];
      const share = ((x - a[0]) * d[0] + (y - a[1]) * d[1]) / (d[0] * d[0] + d[1] * d[1]);
      if (share < 0 || share > 1) return;
      const at = [a[0] + share * d[0], a[1] + share * d[1]], far = Math.hypot(x - at[0], y - at[1]);
      if (far < near) { near = far; best = { l, j, i, at, w: picture.weights[l - 1][j * sizes[l - 1] + i] }; }
    }));
    return best;
  }
}
