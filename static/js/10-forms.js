// Forms: sent once, and by themselves when a filter changes. Menus.
{
  const buttons = (form) => [...form.elements].filter((e) => e.type === "submit");

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) event.preventDefault();
    if (event.defaultPrevented || form.method === "dialog") return;
    form.dataset.sent = "1";
    // Later, so that the button that was pressed is sent too.
    setTimeout(() => buttons(form).forEach((button) => { button.disabled = true; }));
    // What comes may be a file, and the page stays.
    setTimeout(() => release(form), 10000);
  });
  const release = (form) => {
    if (form.dataset.sent) buttons(form).forEach((button) => { button.disabled = false; });
    delete form.dataset.sent;
  };
  addEventListener("pageshow", () => [...document.forms].forEach(release));

  // After a while, since arrow keys pass other values; and the choice keeps the focus.
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

  document.addEventListener("click", ({ target }) => {
    for (const menu of K.all("details.menu[open]")) menu.open = menu.contains(target);
  });
  document.addEventListener("keydown", ({ key }) => {
    for (const menu of key === "Escape" ? K.all("details.menu[open]") : []) {
      if (menu.contains(document.activeElement)) K.$("summary", menu).focus();
      menu.open = false;
    }
  });
}
