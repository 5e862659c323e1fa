// Forms: sent once, and by themselves when a filter changes. Menus.
{
  const buttons = (form) => [...form.elements].filter((e) => e.type === "submit");

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.target) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    // Later, so that the button that was pressed is sent too.
    setTimeout(() => buttons(form).forEach((button) => { button.disabled = true; }));
    // What comes may be a file, and the page stays.
    setTimeout(() => release(form), 10000);
  });
  const release = (form) => {
    if (!form.dataset.sent) return;
    delete form.dataset.sent;
    buttons(form).forEach((button) => { button.disabled = false; });
  };
  addEventListener("pageshow", () => [...document.forms].forEach(release));

  // After a while, since whoever chooses with the arrow keys passes other values; and they go on where they were.
  let chosen = 0;
  document.addEventListener("change", ({ target }) => {
    if (!target.form?.matches("[data-instant]")) return;
    clearTimeout(chosen);
    chosen = setTimeout(() => {
      K.once("kentongan.saringan", target.name);
      target.form.requestSubmit();
    }, 400);
  });
  const name = K.once("kentongan.saringan");
  if (name) K.$(`[data-instant] [name="${name}"]`)?.focus({ preventScroll: true });

  const close = (menu, focus) => {
    menu.open = false;
    if (focus) K.$("summary", menu).focus();
  };
  document.addEventListener("click", (event) => {
    for (const menu of K.all("details.menu[open]")) if (!menu.contains(event.target)) close(menu);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of K.all("details.menu[open]")) close(menu, menu.contains(document.activeElement));
  });
}
