// What is typed into [data-draft] (a field or a form) is kept by person and place: until it was sent, its author
// signs out, somebody else signs in, or three days are over.
{
  const PREFIX = "kentongan.draf:", SENT = "kentongan.terkirim", DAYS = 3;
  const FIELDS = "textarea[data-draft], [data-draft] textarea, [data-draft] input[type=text]:not([data-suggest])";
  const mine = `${PREFIX}${K.person}:`;
  const keyOf = (field) => mine + (field.dataset.draft || `${field.form.dataset.draft}.${field.name}`);
  const read = (key) => JSON.parse(localStorage.getItem(key));
  const drop = (isDropped) => Object.keys(localStorage)
    .filter((key) => key.startsWith(PREFIX) && isDropped(key)).forEach((key) => K.keep(key));

  // A form that is taken leads on; one that is refused comes again at once.
  const sent = K.once(SENT).split("\n");
  const [arrival] = performance.getEntriesByType("navigation");
  const isTaken = K.person && arrival?.type === "navigate" && arrival.redirectCount > 0 && !K.$(".fault");

  const waiting = new Map();
  const save = (field) => {
    clearTimeout(waiting.get(field));
    waiting.delete(field);
    K.keep(keyOf(field), field.value.trim() ? JSON.stringify({ text: field.value, at: Date.now() }) : "");
  };
  if (K.person) {
    drop((key) => !key.startsWith(mine) || Date.now() - read(key).at > DAYS * 864e5 || (isTaken && sent.includes(key)));
    document.addEventListener("input", ({ target }) => {
      if (!target.matches(FIELDS)) return;
      clearTimeout(waiting.get(target));
      waiting.set(target, setTimeout(save, 400, target));
    });
    addEventListener("pagehide", () => [...waiting.keys()].forEach(save));
    document.addEventListener("submit", ({ target: form, defaultPrevented }) => {
      if (form.getAttribute("action") === "/keluar") {
        waiting.clear();
        return drop(() => true);
      }
      const fields = [...form.elements].filter((field) => field.matches(FIELDS));
      if (!fields.length || defaultPrevented) return;
      fields.forEach(save);
      K.once(SENT, fields.map(keyOf).join("\n"));
    });

    const restored = K.all(FIELDS).filter((field) => {
      const text = !field.value && read(keyOf(field))?.text;
      if (text) field.value = text;
      return text;
    });
    for (const form of new Set(restored.map((field) => field.form))) {
      const fields = restored.filter((field) => field.form === form);
      const button = K.make("button", { type: "button", class: "plain" }, "Buang");
      const notice = K.make("p", { class: "hint", role: "status" }, "Draf Anda dipulihkan. ", button);
      button.addEventListener("click", () => {
        fields.forEach((field) => { field.value = ""; });
        fields.forEach(save);
        notice.remove();
        fields[0].focus();
      });
      fields[0].after(notice);
    }
  }
}
