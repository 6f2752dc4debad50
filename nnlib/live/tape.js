// Which state of a training is shown: the scrubber, playback, and steps one by one.

const TICK = 90; // ms between epochs of a playback

class Tape {
  // `buttons` stand behind the steps
  constructor(panel, ...buttons) {
    this.panel = panel;
    const id = `${panel.me}-epoch`;
    const slider = (this.slider = make("input", { type: "range", min: 0, max: 0, step: 1, id, class: "nnl-scrubber" }));
    const there = () => this.to(Number(slider.value));
    this.epoch = make("output", { for: id });
    slider.addEventListener("input", () => { this.pause(); there(); });
    // Back from a step or a changed weight, though the slider stands where it is to go
    for (const kind of ["click", "keyup"]) slider.addEventListener(kind, () => { if (!panel.shown?.kept) there(); });
    this.play = button("Play", "Play the training back", () => (this.timer ? this.pause() : this.start()));
    this.element = make("div", { class: "nnl-bars" },
      make("div", { class: "nnl-bar" }, this.play, make("label", { for: id }, "epoch"), slider, this.epoch),
      make("div", { class: "nnl-bar" },
        button("Before training", "The first weights, to walk from", () => this.walkTo("begin")),
        button("One step", "One update more", () => this.walkTo("step")),
        button("One epoch", "To the end of this epoch, or of the next", () => this.walkTo("epoch")),
        make("span", { class: "nnl-gap" }), ...buttons));
  }

  // The states of a run, the last one at first
  async hold(places) {
    await this.leaveWalk();
    this.places = places;
    return this.to(places.length - 1);
  }

  to(index) {
    const { places, slider } = this, place = places[index];
    this.index = index;
    this.leaveWalk();
    slider.max = places.length - 1;
    slider.value = index;
    return this.panel.show({ ...place, kept: true, row: place.epoch, words: `epoch ${whole(place.epoch)}` });
  }

  atEnd(row) { return row === this.places.at(-1).epoch; }

  tell({ row, words }) {
    this.epoch.textContent = row === null ? "–" : whole(row);
    this.slider.setAttribute("aria-valuetext", words);
  }

  start() {
    if (!this.places) return;
    if (this.index === this.places.length - 1) this.to(0);
    this.play.textContent = "Pause";
    this.timer = setInterval(() => {
      if (this.panel.drawing) return;
      if (this.index + 1 < this.places.length) this.to(this.index + 1);
      else this.pause();
    }, TICK);
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    this.play.textContent = "Play";
  }

  async walkTo(how) {
    const { panel } = this, { run, recipe, shown, asked } = panel;
    if (!run || this.walking) return;
    this.pause();
    this.walking = true;
    try {
      const at = shown.after ?? finished(recipe, shown.row ?? 0), ended = at >= run.finished && !this.walk;
      if (how === "begin" || !this.walk) {
        this.leaveWalk();
        this.walk = await panel.engine.walk(asked, how === "begin" || ended ? 0 : at);
      }
      if (how !== "begin" && !ended) await this.walk[how]();
      const { epoch, sample, parameters, training, fresh, order } = this.walk.state;
      const row = sample || (epoch === 0 && recipe.log !== "before") ? null : named(recipe, epoch);
      const words = sample ? `epoch ${whole(epoch)}, ${sample} of ${order.length} points seen` : epoch ? `epoch ${whole(row)}` : "before training";
      const title = sample ? `epoch ${whole(epoch)}, ${sample} / ${order.length}` : words;
      await panel.show({ parameters, training, fresh, row, words, title, after: epoch, untrained: epoch === 0 && !sample });
    } catch (error) {
      panel.say(error.message);
    } finally {
      this.walking = false;
    }
  }

  leaveWalk() {
    this.walk?.close();
    this.walk = null;
  }
}
