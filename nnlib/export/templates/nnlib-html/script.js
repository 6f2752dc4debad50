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
