// Points of one's own: a click on the square, or a cross that arrow keys move.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// Where a pointer is in a picture, in the picture's own units
function spotIn(view, { clientX, clientY }, { width, height }) {
  const box = view.querySelector("svg").getBoundingClientRect();
  return [((clientX - box.left) / box.width) * width, ((clientY - box.top) / box.height) * height];
}

// Put an element over a place of a picture
function put(element, [x, y], { width, height }) {
  element.style.left = `${(100 * x) / width}%`;
  element.style.top = `${(100 * y) / height}%`;
}

class Boundary {
  // clicked(right, up): shares of the square's side
  constructor(clicked) {
    const { BOX } = nnPicture, { left, top, side } = BOX, at = [0.5, 0.5];
    this.drawn = make("div");
    const cross = make("div", { class: "nnl-aim", hidden: "" });
    this.element = make("div", { class: "nnl-view nnl-boundary", tabindex: 0, role: "group", "data-lm-suppress-shortcuts": "true", "aria-label": "points: arrow keys move a cross, Enter adds a point or takes it away" }, this.drawn, cross);
    this.element.addEventListener("click", (event) => {
      if (!this.drawn.firstChild) return;
      const [a, b] = spotIn(this.element, event, BOX), right = (a - left) / side, up = 1 - (b - top) / side;
      if (right >= 0 && right <= 1 && up >= 0 && up <= 1) clicked(right, up);
    });
    this.element.addEventListener("keydown", (event) => {
      const move = ARROWS[event.key];
      if (!this.drawn.firstChild || (!move && event.key !== "Enter")) return;
      event.preventDefault();
      if (!move) return clicked(at[0], 1 - at[1]);
      move.forEach((by, i) => { at[i] = Math.min(1, Math.max(0, at[i] + by / (event.shiftKey ? 10 : 48))); });
      cross.hidden = false;
      put(cross, [left + at[0] * side, top + at[1] * side], BOX);
    });
    this.element.addEventListener("blur", () => { cross.hidden = true; });
  }
}
