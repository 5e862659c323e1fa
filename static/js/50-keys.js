// Keys. Never while typing, never with Ctrl, Alt or Meta; they can be switched off (WCAG 2.1.4).
{
  const OFF = "kentongan.pintasan", NEXT = "kentongan.tombol";
  const isOn = () => localStorage.getItem(OFF) !== "mati";
  const here = () => K.$(".tickets > .ticket.here");
  const linkOf = (row) => K.$('a[href^="/tiket/"]', row);
  const move = (by) => {
    const rows = K.all(".tickets > .ticket"), at = rows.indexOf(here());
    const row = at < 0 ? rows.find((one) => one.getBoundingClientRect().bottom > 0) : rows[at + by];
    if (!row) return;
    linkOf(row)?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  // The row that has the focus is the one that keys act on, also after it has lost it.
  document.addEventListener("focusin", ({ target }) => {
    const row = target.closest(".tickets > .ticket");
    if (!row) return;
    here()?.classList.remove("here");
    row.classList.add("here");
  });

  // Fields get the focus, the rest is clicked, and what that opens is written in.
  const use = (element) => {
    const folded = element.closest("details");
    if (folded && !element.matches("summary")) folded.open = true;
    if (K.isTyping(element)) element.focus();
    else element.click();
    if (!element.matches("[type=radio], summary")) return;
    K.all("textarea, input", element.closest("details, section, main")).find((field) => field.offsetParent && K.isTyping(field))?.focus();
  };
  const press = (key, within = document) => {
    const element = K.$(`[data-key="${key}"]`, within);
    if (element) use(element);
    return Boolean(element);
  };
  // What the page marks with this key; in a list for what is ticked, or for the row, if need be on its own page.
  const act = (key) => {
    const row = here();
    if (!row) return (K.picked() || !K.$(".tickets")) && press(key);
    const bar = K.$("#massal"), box = K.$("input[type=checkbox]", row);
    if (bar && box && K.$(`[data-key="${key}"]`, bar)) {
      if (!K.picked()) box.click();
      return press(key, bar);
    }
    const link = linkOf(row);
    K.once(NEXT, `${link.pathname} ${key}`);
    link.click();
  };
  const [path, key] = K.once(NEXT).split(" ");
  if (path === location.pathname) press(key);

  const go = { a: "/antrean", b: "/", k: "/kabar", t: "/tiket" };
  let awaited = 0;
  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    x: () => K.$(".tickets > .ticket.here input[type=checkbox]")?.click(),
    n: () => K.$('a[aria-keyshortcuts="n"]')?.click(),
    "/": () => K.$("#cari")?.focus(),
    g: () => { awaited = Date.now(); },
    "?": () => help(),
  };
  for (const key of "aer") KEYS[key] = () => act(key);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || !isOn()) return;
    if (K.isTyping(event.target) || K.$("dialog[open]")) return;
    const second = Date.now() - awaited < 1500 && go[event.key];
    awaited = 0;
    if (second) {
      event.preventDefault();
      K.$(`.top :is(.places a, .bell)[href="${second}"]`)?.click();
    } else if (Object.hasOwn(KEYS, event.key)) {
      event.preventDefault();
      KEYS[event.key]();
    }
  });

  // The switch, on the page of shortcuts and in the dialog that shows it.
  const addSwitch = (place) => {
    const box = K.make("input", { type: "checkbox" });
    box.checked = isOn();
    box.addEventListener("change", () => K.keep(OFF, box.checked ? "" : "mati"));
    place.prepend(K.make("label", { class: "choice" }, box, "Pakai pintasan di peramban ini"));
  };
  const help = async () => {
    let dialog = K.$("#kotak-pintasan");
    if (!dialog) {
      const found = await K.page("/bantuan/pintasan").catch(() => ({}));
      const list = found.tree && K.$("#pintasan", found.tree);
      if (!list) return;
      addSwitch(list);
      // A form of this kind closes its dialog.
      const shut = K.make("form", { method: "dialog" }, K.make("button", { class: "quiet small" }, "Tutup"));
      const title = K.make("h2", { id: "judul-pintasan" }, "Pintasan papan tik");
      dialog = K.make("dialog", { id: "kotak-pintasan", "aria-labelledby": title.id },
        K.make("div", { class: "heading" }, title, shut), ...list.children);
      document.body.append(dialog);
    }
    if (!dialog.open) dialog.showModal();
  };
  const page = K.$("#pintasan");
  if (page) addSwitch(page);
}
