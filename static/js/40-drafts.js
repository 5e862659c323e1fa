// What is typed into textarea[data-draft] outlives an accident: kept by person and place, dropped once it was
// sent, when its author signs out, when somebody else signs in, and after three days.
{
  const PREFIX = "kentongan.draf:", DAYS = 3;
  const mine = `${PREFIX}${K.person}:`;
  const keyOf = (area) => mine + area.dataset.draft;

  const every = () => {
    try { return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)); } catch { return []; }
  };
  const read = (key) => {
    try { return JSON.parse(K.kept(key)); } catch { return null; }
  };
  if (K.person) {
    for (const key of every()) {
      const old = Date.now() - (read(key)?.at || 0) > DAYS * 864e5;
      if (old || !key.startsWith(mine)) K.keep(key, null);
    }
    // A form that led to another page was taken.
    const sent = JSON.parse(K.once("kentongan.terkirim") || "null");
    const [arrival] = performance.getEntriesByType("navigation");
    const went = arrival?.type === "navigate" && sent && sent.path !== location.pathname && !K.$(".fault");
    if (went) sent.keys.forEach((key) => K.keep(key, null));
  }

  const save = (area) => {
    clearTimeout(timers.get(area));
    timers.delete(area);
    K.keep(keyOf(area), area.value.trim() ? JSON.stringify({ text: area.value, at: Date.now() }) : null);
  };
  const timers = new Map();
  if (K.person) {
    document.addEventListener("input", (event) => {
      const area = event.target;
      if (!area.matches("textarea[data-draft]")) return;
      clearTimeout(timers.get(area));
      timers.set(area, setTimeout(save, 400, area));
    });
    addEventListener("pagehide", () => [...timers.keys()].forEach(save));
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (new URL(form.action).pathname === "/keluar") {
        timers.clear();
        every().forEach((key) => K.keep(key, null));
        return;
      }
      const areas = K.all("textarea[data-draft]", form);
      if (!areas.length || event.defaultPrevented) return;
      areas.forEach(save);
      const address = event.submitter?.getAttribute("formaction") || form.action;
      K.once("kentongan.terkirim", JSON.stringify({ path: new URL(address, location).pathname, keys: areas.map(keyOf) }));
    });

    for (const area of K.all("textarea[data-draft]")) {
      const text = read(keyOf(area))?.text;
      if (!text || area.value) continue;
      area.value = text;
      const drop = K.make("button", { type: "button", class: "plain" }, "Buang");
      const notice = K.make("p", { class: "hint draft", role: "status" }, "Draf Anda dipulihkan. ", drop);
      drop.addEventListener("click", () => {
        area.value = "";
        save(area);
        notice.remove();
        area.focus();
      });
      area.after(notice);
    }
  }
}
