// A panel in a page: controls, the picture, and an engine that trains in a worker.

const PAUSE = 250, SEEDS = 24; // ms before other seeds are trained; how many
const NEAR = 0.02; // how near a click takes a point away
const WIDEST = 12; // layer of which an update is drawn
const kind = ({ recipe, noise }) => JSON.stringify([recipe, noise]); // what a band is of
let count = 0;

// One engine for all panels of a page

let shared = null;
const engine = () => (shared ??= nnLive.start());

class Panel {
  // options: settings (if not those of `first`), name (what stands before the ? in the address),
  // begin() before the first picture, changed(settings), failed(error), state(word)
  constructor(root, first, options = {}) {
    Object.assign(this, { root, first, options, me: `nnl-${count++}`, classes: false, before: null, bands: new Map() });
    this.settings = options.settings ?? first;
    this.build();
  }

  // The page

  build() {
    this.boundary = new Boundary((right, up) => this.click(right, up));
    this.units = new Units(this);
    this.curve = make("div", { class: "nnl-view nnl-curve" });
    this.numbers = new Numbers();
    this.halt = button("Stop", "End the training where it is", async () => (await engine()).stop());
    this.same = button("Same start", "Keep these first weights and this curve, to compare with", () => this.sameStart());
    this.tape = new Tape(this, this.same, this.halt, button("Reset", "Back to what the panel began with", () => this.reset()));
    this.bar = make("progress", { max: 1, value: 0, "aria-label": "training", hidden: "" });
    this.alert = make("p", { class: "nnl-error", role: "alert", hidden: "" });
    this.line = make("code", { "data-line": "", tabindex: 0, role: "group", "aria-label": "this panel as Python" });
    this.seen = make("div");
    this.more = make("details", { class: "nnl-backprop" }, make("summary", {}, "Backpropagation, seen: one update of this network, moment by moment"), this.seen);
    this.more.addEventListener("toggle", () => this.explain());
    this.root.append(make("div", { class: "nnl" }, make("div", { class: "nnl-panel" }, this.form(),
      make("div", { class: "nnl-main" }, this.bar, make("div", { class: "nnl-views" }, this.boundary.element, this.units.element),
        this.tape.element, this.numbers.status, this.alert,
        make("div", { class: "nnl-results" }, this.curve, this.numbers.element),
        this.units.looking, this.more, this.pythonLine()))));
    let narrow = null; // the curve is drawn anew where it has another width
    new ResizeObserver(() => {
      if (this.narrow() !== narrow) { narrow = this.narrow(); this.paint(); }
    }).observe(this.curve);
  }

  form() {
    const groups = new Map(), form = make("div", { class: "nnl-controls" });
    const add = (group, element) => {
      if (!groups.has(group)) form.append(groups.set(group, make("fieldset", {}, make("legend", {}, group))).get(group));
      groups.get(group).append(element);
    };
    this.controls = new Map(CONTROLS.map((spec) => {
      const control = row(spec, `${this.me}-${spec.name}`, (value) => this.set({ [spec.name]: value }));
      add(spec.group, control.row);
      return [spec.name, control];
    }));
    add("Data", this.pen());
    const output = { name: "output", label: "output", kind: "list", options: ["in shades", "in two classes"] };
    add("Network", row(output, `${this.me}-output`, (value) => {
      this.classes = value === "in two classes";
      this.paint();
    }).row);
    return form;
  }

  pen() {
    const inputs = ["●", "▲"].map((sign, label) => {
      const id = `${this.me}-pen-${label}`, input = make("input", { type: "radio", name: `${this.me}-pen`, id });
      input.checked = label === 1;
      return [input, make("label", { class: `nnl-class-${label}`, for: id }, input, `${sign} class ${label}`)];
    });
    this.label = () => (inputs[1][0].checked ? 1 : 0);
    return make("div", { class: "nnl-row nnl-pen", role: "radiogroup", "aria-label": "a click adds" }, make("span", { class: "nnl-label" }, "a click adds"), make("span", {}, ...inputs.map((pair) => pair[1])));
  }

  pythonLine() {
    const copy = button("Copy", "Copy this panel as Python, with its imports", async () => {
      try {
        await navigator.clipboard.writeText(nnSettings.code(this.settings));
        copy.textContent = "Copied";
        setTimeout(() => { copy.textContent = "Copy"; }, 1500);
      } catch { // the browser does not let us: the reader copies what is selected
        getSelection().selectAllChildren(this.line);
      }
    });
    return make("div", { class: "nnl-line" }, this.line, copy);
  }

  // What the reader does

  set(changes) {
    this.attempt(() => Object.entries(changes).reduce((made, [name, value]) => nnSettings.changed(made, name, value, this.first, this.run), this.settings));
  }

  click(right, up) {
    const [x, y, side] = this.square, point = [x + right * side, y + up * side];
    this.attempt(() => nnSettings.clicked(this.settings, point, this.label(), NEAR * side, this.run));
  }

  sameStart() {
    const { recipe, seed, start } = this.settings;
    this.before = start ? null : this.fine();
    const { sizes, init } = recipe;
    this.turn({ ...this.settings, start: start ? null : { recipe: { sizes, init }, seed } });
  }

  reset() {
    this.before = null;
    this.units.chosen = null;
    this.turn(this.first);
  }

  // Settings made by a function; what it refuses is said, and nothing is changed
  attempt(making) {
    let made;
    try {
      if (!this.run) throw new RangeError("the first training is still going on");
      made = making();
    } catch (error) {
      this.say(error.message);
      this.showControls();
      return;
    }
    this.turn(made);
  }

  say(message) {
    this.alert.textContent = message;
    this.alert.hidden = !message;
  }

  // Training

  turn(settings, { quiet = false } = {}) {
    this.settings = settings;
    this.say("");
    this.showControls();
    if (!quiet) this.options.changed?.(settings);
    return this.train();
  }

  state(word) {
    this.root.dataset.state = word;
    this.options.state?.(word);
  }

  fine() {
    const { epochs, loss } = this.run;
    return { epochs: Array.from(epochs), loss: Array.from(loss) };
  }

  // What the engine is told: with the curve's rows, and with the first weights set by hand
  async question() {
    const { weights, ...rest } = this.settings, recipe = { ...rest.recipe, log_every: every(rest.recipe) };
    const asked = { network: null, ...rest, recipe };
    if (weights?.length) {
      const network = await this.engine.network(asked);
      for (const [name, w] of weights) network[nnSettings.place(recipe.sizes, name)] = w;
      asked.network = Array.from(network);
    }
    return asked;
  }

  async train() {
    this.leave();
    const { signal } = (this.controller = new AbortController());
    this.state("training");
    this.working(0);
    try {
      this.engine ??= await engine();
      const { recipe } = this.settings, asked = await this.question();
      if (signal.aborted) return;
      const onProgress = (share) => { if (!signal.aborted) this.working(share); };
      const run = await this.engine.train(asked, { kept: scrubbed(recipe), onProgress, signal });
      const places = await this.reached(run, recipe, asked);
      if (signal.aborted) return;
      const square = around(run.X), band = this.bands.get(kind(asked)) ?? null;
      Object.assign(this, { run, recipe, asked, square, band, grid: looked(square, run.X) });
      this.working(null);
      this.options.begin?.();
      await this.tape.hold(places);
      if (signal.aborted) return;
      this.state("ready");
      if (!band) this.later = setTimeout(() => this.trainOthers(asked, signal), PAUSE);
    } catch (error) {
      if (error.name === "AbortError" || signal.aborted) return;
      this.working(null);
      if (!this.engine) return this.options.failed?.(error);
      this.say(error.message);
      this.state(this.run ? "ready" : "picture");
    }
  }

  // The states that the scrubber goes through; the last one is the end
  async reached(run, recipe, asked) {
    const found = run.frames.filter((f) => f.epoch <= run.finished).map((f) => ({ ...f, epoch: named(recipe, f.epoch) }));
    const epoch = run.epochs.at(-1) ?? recipe.epochs, { parameters } = run;
    if ((run.diverged && found.length) || found.at(-1)?.epoch === epoch) return found;
    return [...found, { epoch, parameters, ...await this.measured(parameters, run, asked) }];
  }

  async measured(parameters, run = this.run, asked = this.asked) {
    const of = (set) => set && this.engine.measure(asked, parameters, set.X, set.y);
    return { training: await of(run), fresh: await of(run.fresh) };
  }

  async trainOthers(asked, signal) {
    const { seed } = asked, seeds = Array.from({ length: SEEDS + 1 }, (_, s) => s).filter((s) => s !== seed).slice(0, SEEDS);
    try {
      const curves = await this.engine.curves({ ...asked, start: null, network: null }, seeds, { signal });
      if (signal.aborted) return;
      const epochs = rowsOf(asked.recipe);
      const losses = curves.map((c) => epochs.map((_, k) => (k < c.loss.length ? c.loss[k] : c.diverged ? Infinity : c.loss.at(-1))));
      this.band = { epochs, losses };
      this.bands.set(kind(asked), this.band);
      this.paint();
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  working(share) {
    const busy = share !== null;
    this.root.classList.toggle("nnl-working", busy);
    this.bar.hidden = !busy;
    this.halt.disabled = !busy;
    if (busy) this.bar.value = share;
  }

  // Look at the square through a network, and draw; the newest wish counts
  async show(state) {
    this.shown = this.wish = state;
    if (this.drawing) return this.drawing;
    this.drawing = (async () => {
      try {
        while (this.wish) {
          const wish = this.wish;
          this.wish = null;
          wish.seen ??= await this.engine.field(this.asked, wish.parameters, this.grid);
          if (!this.wish) this.paint();
        }
      } finally {
        this.drawing = null;
      }
    })();
    return this.drawing;
  }

  // Drawing

  pictured() {
    const { run, recipe, shown, square } = this, cells = STEPS * STEPS, { sizes } = recipe;
    const { Z, A } = shown.seen, output = A.at(-1), logits = recipe.activations.at(-1) === "sigmoid";
    const each = (set) => recipe.reduction === "sum" ? set.y.length : 1;
    const rows = [["training", run, shown.training], ["fresh", run.fresh, shown.fresh]].filter(([, set]) => set);
    return {
      square, steps: STEPS, logits, field: (logits ? Z : A).at(-1).subarray(0, cells), sizes, classes: this.classes,
      weights: split(sizes, shown.parameters), units: sizes.slice(1, -1).map((width, l) => Array.from({ length: Math.min(width, nnPicture.MOST) }, (_, k) => coarse(A[l], width, k))),
      X: run.X, y: run.y, wrong: Array.from(run.y, (y, i) => (output[cells + i] > 0.5 ? 1 : 0) !== y),
      title: shown.title ?? shown.words, total: recipe.epochs, curve: this.fine(), before: this.before, band: this.band, loss: recipe.loss, reduction: recipe.reduction,
      cursor: this.tape.atEnd(shown.row) ? null : (shown.row ?? shown.after ?? 0),
      table: rows.map(([name, set, m]) => ({ name: `${name} (${set.y.length})`, accuracy: m.accuracy, loss: m.loss / each(set), error: m.mean_absolute_error })),
    };
  }

  paint() {
    if (!this.shown?.seen) return;
    const picture = (this.picture = this.pictured()), places = { boundary: this.boundary.drawn, network: this.units.drawn, curve: this.curve };
    for (const [name, place] of Object.entries(places)) place.innerHTML = part(name, picture, this.night(), this.narrow());
    this.units.show();
    this.tape.tell(this.shown);
    this.numbers.show(this);
    this.explain();
  }

  narrow() { return this.curve.clientWidth < 460; }

  // One update of the network that is shown, for a sample of the reader's choice
  explain() {
    if (!this.more.open || !this.shown) return;
    const { recipe, run } = this, { sizes, lr, optimizer, reduction } = recipe;
    if (Math.max(...sizes) > WIDEST) return this.seen.replaceChildren(make("p", {}, `It is drawn for layers of up to ${WIDEST} units.`));
    if (this.explained === run) return void this.player.refresh();
    this.explained = run;
    const place = make("div"), other = optimizer.name === "SGD" ? "" : ` ${optimizer.name} makes another step of the same gradients.`;
    this.seen.replaceChildren(place, make("p", {}, `The step is that of SGD at the learning rate ${lr}.${other}`));
    const trace = (i) => this.engine.trace(this.asked, this.shown.parameters, run.X.slice(2 * i, 2 * i + 2), run.y[i]);
    const sample = Math.max(0, run.y.findIndex((_, i) => run.X[2 * i] * run.X[2 * i + 1])); // of zeros little is seen
    this.player = nnBackprop.player(place, { trace, X: run.X, y: run.y, rate: lr, mean: reduction === "mean", moment: this.player?.moment, sample });
  }

  night() { return nnBackprop.isNight(this.root); }

  showControls() {
    const now = nnSettings.values(this.settings);
    for (const [name, control] of this.controls) control.show(now[name]);
    this.same.setAttribute("aria-pressed", Boolean(this.settings.start));
    this.line.textContent = nnSettings.line(this.settings);
  }

  // What goes on for the run that is shown ends
  leave() {
    this.tape.pause();
    this.controller?.abort();
    clearTimeout(this.later);
  }

  close() {
    this.leave();
    this.tape.leaveWalk();
  }
}
