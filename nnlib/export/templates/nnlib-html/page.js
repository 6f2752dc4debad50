// What a reader does with the page: find the place, search, look ahead, copy, take a chapter home.
// Nothing here is needed to read: without script the page is complete.
{
  const main = document.querySelector("main");
  const sidebar = document.querySelector(".sidebar");

  // The section that is being read ---------------------------------------------------------------

  // Its entry is marked in the sidebar, which shows the sections of its chapter only.
  const links = new Map();
  for (const link of sidebar.querySelectorAll("a")) {
    links.set(decodeURIComponent(link.hash.slice(1)), link);
  }
  const chapters = [...main.querySelectorAll(".chapter")];
  let current = null;
  let chosen = null; // the heading that a link led to, until the reader scrolls away from it

  function headings(chapter) {
    return [...chapter.querySelectorAll("[id]")].filter((e) => links.has(e.id));
  }

  function lastAbove(elements, line) {
    return elements.filter((e) => e.getBoundingClientRect().top < line).pop();
  }

  // Only the headings of the chapter on the screen are measured: the others need no layout.
  function reading() {
    const atEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
    const line = atEnd ? innerHeight : Math.min(innerHeight / 3, 240);
    const found = headings(lastAbove(chapters, line) ?? chapters[0]);
    const seen = chosen?.getBoundingClientRect().top;
    return seen >= 0 && seen < line ? chosen : (lastAbove(found, line) ?? found[0]);
  }

  function mark() {
    const link = links.get(reading()?.id);
    if (!link || link === current) return;
    current?.removeAttribute("aria-current");
    sidebar.querySelector(".open")?.classList.remove("open");
    link.setAttribute("aria-current", "true");
    link.closest(".sidebar > ol > li").classList.add("open");
    const place = link.getBoundingClientRect();
    const box = sidebar.getBoundingClientRect();
    if (place.top < box.top + 40 || place.bottom > box.bottom - 40) {
      sidebar.scrollTop += place.top - box.top - box.height / 3;
    }
    current = link;
  }

  function decoded(address) {
    try {
      return decodeURIComponent(address);
    } catch {
      return address; // what somebody typed
    }
  }

  function choose() {
    const target = document.getElementById(decoded(location.hash.slice(1)));
    chosen = target && links.has(target.id) ? target : null;
    mark();
  }

  sidebar.classList.add("follows");
  const drawer = document.querySelector(".drawer details");
  drawer.addEventListener("click", (event) => {
    if (event.target.closest("a")) drawer.open = false;
  });
  addEventListener("scroll", () => requestAnimationFrame(mark), { passive: true });
  addEventListener("hashchange", () => requestAnimationFrame(choose));
  // Measuring lays the page out: after it was opened, not before.
  addEventListener("DOMContentLoaded", () => setTimeout(choose));

  // Colors of code, and a button that copies it ---------------------------------------------------

  // The text of a listing stays one piece of text; the browser is told which parts have a color.
  const colors = new Map();
  for (const letter of CSS.highlights ? "kfbsnc" : "") {
    colors.set(letter, new Highlight());
    CSS.highlights.set(`code-${letter}`, colors.get(letter));
  }

  function color(box) {
    const code = box.querySelector("[data-colors]");
    if (!code) return;
    const text = code.firstChild;
    let at = 0;
    for (const [, letter, size] of code.dataset.colors.matchAll(/(\D)(\d+)/g)) {
      const end = Math.min(at + Number(size), text.length);
      colors.get(letter)?.add(new StaticRange({
        startContainer: text, startOffset: at, endContainer: text, endOffset: end,
      }));
      at = end;
    }
    delete code.dataset.colors;
  }

  const told = document.createElement("div");
  told.className = "told";
  told.setAttribute("role", "status");
  document.body.append(told);

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  }

  function addCopyButton(box) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await copy(box.textContent);
      button.textContent = told.textContent = "Copied";
      setTimeout(() => {
        button.textContent = "Copy";
        told.textContent = "";
      }, 2000);
    });
    box.before(button);
  }

  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      color(target);
      addCopyButton(target);
    }
  }, { rootMargin: "100%" });
  const listings = main.querySelectorAll("pre.code");
  addEventListener("DOMContentLoaded", () => setTimeout(() => {
    for (const box of listings) near.observe(box);
  }));
  addEventListener("beforeprint", () => {
    for (const box of listings) color(box);
    for (const picture of document.images) picture.loading = "eager";
  });

  // Pictures are loaded when they come near, or else when there is nothing to do: a picture that
  // was never loaded is not printed by every browser (Chromium 150 leaves its place empty).
  const idle = window.requestIdleCallback ?? setTimeout;
  addEventListener("load", async () => {
    for (const picture of [...document.images]) {
      await new Promise((done) => idle(done));
      picture.loading = "eager";
    }
  });

  // Search ----------------------------------------------------------------------------------------

  // The sections' texts are read when the first search begins.
  const search = document.querySelector(".search");
  const field = search.querySelector("input");
  const list = search.querySelector("ol");
  const count = search.querySelector("p");
  let sections = null;

  function plain(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  function readSections() {
    const found = [];
    for (const chapter of chapters) {
      const heads = new Set(headings(chapter));
      const walker = document.createTreeWalker(chapter, NodeFilter.SHOW_TEXT, (node) =>
        node.parentElement.closest("annotation, script, button, .neighbours, .player .controls")
          ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
      const title = [...heads][0];
      while (walker.nextNode()) {
        const head = walker.currentNode.parentElement.closest("[id]");
        if (heads.has(head) && found.at(-1)?.head !== head) {
          found.push({ head, chapter: title, text: "" });
        }
        if (found.length && head !== found.at(-1).head) found.at(-1).text += walker.currentNode.data;
      }
    }
    for (const section of found) {
      section.text = section.text.replace(/\s+/g, " ").trim();
      section.name = plain(headText(section.head));
      section.plain = `${section.name} ${plain(section.text)}`;
    }
    return found;
  }

  function headText(head) {
    const copy = head.cloneNode(true);
    for (const e of copy.querySelectorAll("annotation")) e.remove();
    return copy.textContent.trim();
  }

  // Sections that hold all words; those that have them in their heading come first.
  function find(words) {
    const all = sections.filter((s) => words.every((w) => s.plain.includes(w)));
    const rank = (s) => words.filter((w) => s.name.includes(w)).length;
    return all.sort((a, b) => rank(b) - rank(a));
  }

  function entry(section, words) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `#${encodeURIComponent(section.head.id)}`;
    const title = document.createElement("strong");
    title.textContent = headText(section.head);
    const where = document.createElement("span");
    where.textContent = section.head === section.chapter ? "" : headText(section.chapter);
    const snippet = document.createElement("span");
    const at = Math.max(0, plain(section.text).indexOf(words[0]) - 40);
    snippet.textContent = `${at ? "…" : ""}${section.text.slice(at, at + 110)}…`;
    link.append(title, where, snippet);
    item.append(link);
    return item;
  }

  const MOST = 30;

  function show() {
    sections ??= readSections();
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    const found = words.length ? find(words) : [];
    list.replaceChildren(...found.slice(0, MOST).map((s) => entry(s, words)));
    const more = found.length > MOST ? `, the first ${MOST} of which are` : "";
    count.textContent = !words.length ? ""
      : found.length === 0 ? "Nothing found."
      : found.length === 1 ? "1 section:" : `${found.length} sections${more}:`;
    search.classList.toggle("open", words.length > 0);
    sidebar.classList.toggle("aside", words.length > 0);
  }

  function close() {
    field.value = "";
    show();
  }

  search.hidden = false;
  search.addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a")?.click();
  });
  field.addEventListener("input", show);
  search.addEventListener("keydown", (event) => {
    const entries = [field, ...list.querySelectorAll("a")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      entries[entries.indexOf(document.activeElement) + step]?.focus();
    } else if (event.key === "Escape") {
      close();
      field.focus();
    }
  });
  list.addEventListener("click", (event) => {
    if (event.target.closest("a")) setTimeout(close);
  });

  // Colors of the page ----------------------------------------------------------------------------

  // By night the page has rules of its own, in media queries. A reader's choice changes those.
  const scheme = document.querySelector(".scheme");
  const night = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
    .filter((rule) => rule.media?.mediaText.includes("prefers-color-scheme: dark"));
  const usual = night.map((rule) => rule.media.mediaText);

  function setScheme(name) {
    night.forEach((rule, i) => {
      rule.media.mediaText = { dark: "screen", light: "not all" }[name] ?? usual[i];
    });
    document.documentElement.style.colorScheme = name === "system" ? "" : name;
    document.documentElement.dataset.scheme = name;
  }

  function kept(...given) {
    try {
      return given.length ? localStorage.setItem("scheme", given[0])
        : localStorage.getItem("scheme");
    } catch {
      return null; // a browser that keeps nothing for files
    }
  }

  scheme.hidden = false;
  const select = scheme.querySelector("select");
  select.addEventListener("change", () => {
    setScheme(select.value);
    kept(select.value);
  });
  if (["light", "dark"].includes(kept())) {
    select.value = kept();
    setScheme(select.value);
  }

  // A look at what a link leads to ----------------------------------------------------------------

  const preview = document.createElement("div");
  preview.className = "preview";
  preview.hidden = true;
  preview.setAttribute("aria-hidden", "true"); // it repeats what stands at the link's target
  document.body.append(preview);
  const PREVIEWED = /^#(figure|table|equation|.*work)-/;
  let waiting = 0;
  let looked = null;

  function shownAt(link) {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    return target?.closest("figure, .table, .equation, .formula, li") ?? target;
  }

  function look(link) {
    const shown = shownAt(link)?.cloneNode(true);
    if (!shown) return;
    clearTimeout(waiting); // it may be to hide what was looked at before
    for (const e of [shown, ...shown.querySelectorAll("*")]) {
      e.removeAttribute("id");
      e.removeAttribute("tabindex");
    }
    for (const e of shown.querySelectorAll(".controls, .reading, script")) e.remove();
    for (const e of shown.querySelectorAll("a")) e.replaceWith(...e.childNodes);
    for (const e of shown.querySelectorAll("img")) e.loading = "eager"; // it is looked at now
    preview.replaceChildren(shown);
    preview.hidden = false;
    looked = link;
    put(link);
  }

  function put(link) {
    const place = link.getBoundingClientRect();
    const size = preview.getBoundingClientRect();
    const below = place.bottom + 8 + size.height < innerHeight;
    preview.style.left = `${Math.max(8, Math.min(place.left, innerWidth - size.width - 8))}px`;
    preview.style.top = `${Math.max(8, below ? place.bottom + 8 : place.top - size.height - 8)}px`;
  }

  function hide() {
    clearTimeout(waiting);
    preview.hidden = true;
  }

  function previewed(event) {
    const link = event.target.closest?.("main a[href^='#']");
    return link && PREVIEWED.test(decodeURIComponent(link.hash)) ? link : null;
  }

  main.addEventListener("mouseover", (event) => {
    const link = previewed(event);
    if (!link) return;
    clearTimeout(waiting);
    waiting = setTimeout(look, 250, link);
  });
  main.addEventListener("mouseout", (event) => {
    if (!previewed(event)) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => preview.matches(":hover") || hide(), 250);
  });
  preview.addEventListener("mouseleave", hide);
  main.addEventListener("focusin", (event) => {
    const link = previewed(event);
    if (link?.matches(":focus-visible")) look(link);
  });
  main.addEventListener("focusout", hide);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  addEventListener("scroll", () => {
    if (preview.hidden) return;
    if (looked.matches(":focus, :hover")) put(looked); // Tab or a late layout has moved it
    else hide();
  }, { passive: true });
  addEventListener("hashchange", hide);

  // A chapter as a notebook -----------------------------------------------------------------------

  async function unpacked(base64) {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).blob();
  }

  for (const button of main.querySelectorAll(".take-home button")) {
    button.hidden = !self.DecompressionStream;
    button.addEventListener("click", async () => {
      const link = document.createElement("a");
      link.download = button.dataset.name;
      link.href = URL.createObjectURL(await unpacked(button.dataset.file));
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    });
  }
}
