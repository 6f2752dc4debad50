// Players: each holds the pictures of all settings of its controls, the last control fastest.
for (const player of document.querySelectorAll(".player")) {
  const picture = player.querySelector("img");
  const reading = player.querySelector(".reading");
  const controls = [...player.querySelectorAll("input, select")];
  const count = (c) => (c.options ? c.options.length : Number(c.max) + 1);
  const place = (c) => (c.options ? c.selectedIndex : Number(c.value));
  const narrow = player.querySelector("source"); // which narrow screens show in its place
  const start = [picture.src, narrow?.srcset];
  let now = start, data = null;

  function show([wide, slim]) {
    picture.src = wide;
    if (narrow) narrow.srcset = slim;
  }

  function turn(control) {
    data ??= JSON.parse(player.querySelector("script").textContent);
    if (control.dataset.texts) {
      const text = JSON.parse(control.dataset.texts)[place(control)];
      control.setAttribute("aria-valuetext", text);
      control.nextElementSibling.textContent = text;
    }
    const i = controls.reduce((sum, c) => sum * count(c) + place(c), 0);
    now = [data.frames, data.narrow].map((frames) => "data:image/webp;base64," + frames?.[i]);
    show(now);
    reading.textContent = data.texts[i];
  }

  for (const control of controls) {
    control.addEventListener("input", () => turn(control));
  }
  addEventListener("beforeprint", () => show(start));
  addEventListener("afterprint", () => show(now));

  // Play: the first slider goes to its end, from the beginning if it is there.
  const slider = player.querySelector("input[type=range]");
  if (!slider) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "play";
  player.querySelector(".controls").append(button);
  let timer = 0;

  function step(value) {
    slider.value = value;
    turn(slider);
    if (Number(slider.value) >= Number(slider.max)) stop();
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    button.textContent = "Play";
    reading.setAttribute("aria-live", "polite");
  }

  function play() {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    button.textContent = "Pause";
    reading.setAttribute("aria-live", "off"); // else a screen reader reads every picture
    step(Number(slider.value) >= Number(slider.max) ? 0 : Number(slider.value) + 1);
    if (button.textContent === "Pause") {
      timer = setInterval(() => step(Number(slider.value) + 1), calm ? 1500 : 500);
    }
  }

  button.addEventListener("click", () => (timer ? stop() : play()));
  slider.addEventListener("pointerdown", stop);
  slider.addEventListener("keydown", stop);
  addEventListener("beforeprint", stop);
  stop();
}
