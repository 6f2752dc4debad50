// Marks the section that is being read in the sidebar, and shows the sections of its chapter only;
// closes the drawer, which is there on narrow screens, behind a chosen entry.
const sidebar = document.querySelector(".sidebar");
const links = new Map();
for (const link of sidebar.querySelectorAll("a")) {
  links.set(decodeURIComponent(link.hash.slice(1)), link);
}
const headings = [...document.querySelectorAll("main [id]")].filter((e) => links.has(e.id));
let current = null;

function mark() {
  const passed = headings.filter((e) => e.getBoundingClientRect().top < 120);
  const link = links.get((passed.pop() ?? headings[0])?.id);
  if (!link || link === current) return;
  current?.removeAttribute("aria-current");
  sidebar.querySelector(".open")?.classList.remove("open");
  link.setAttribute("aria-current", "true");
  link.closest(".sidebar > ol > li").classList.add("open");
  const place = link.getBoundingClientRect();
  if (place.top < 80 || place.bottom > innerHeight - 40) {
    sidebar.scrollTop += place.top - innerHeight / 3;
  }
  current = link;
}

sidebar.classList.add("follows");
const drawer = document.querySelector(".drawer details");
drawer.addEventListener("click", (event) => {
  if (event.target.closest("a")) drawer.open = false;
});
addEventListener("scroll", () => requestAnimationFrame(mark), { passive: true });
mark();

// Players: each holds the pictures of all settings of its controls, the last control fastest.
for (const player of document.querySelectorAll(".player")) {
  const picture = player.querySelector("img");
  const reading = player.querySelector(".reading");
  const controls = [...player.querySelectorAll("input, select")];
  const count = (c) => (c.options ? c.options.length : Number(c.max) + 1);
  const place = (c) => (c.options ? c.selectedIndex : Number(c.value));
  const start = picture.src;
  let data = null;

  function turn(control) {
    data ??= JSON.parse(player.querySelector("script").textContent);
    if (control.dataset.texts) {
      const text = JSON.parse(control.dataset.texts)[place(control)];
      control.setAttribute("aria-valuetext", text);
      control.nextElementSibling.textContent = text;
    }
    const i = controls.reduce((sum, c) => sum * count(c) + place(c), 0);
    picture.src = data.head
      ? "data:image/svg+xml," + encodeURIComponent(data.head + data.frames[i] + data.tail)
      : "data:image/png;base64," + data.frames[i];
    reading.textContent = data.texts[i];
  }

  for (const control of controls) {
    control.addEventListener("input", () => turn(control));
  }
  addEventListener("beforeprint", () => { picture.dataset.now = picture.src; picture.src = start; });
  addEventListener("afterprint", () => { picture.src = picture.dataset.now; });
}
