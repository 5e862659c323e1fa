// Forms: sent once, sent by themselves when a filter changes. Menus. Tabs of the composer.
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

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-instant]")) form.requestSubmit();
  });

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

  // A list of links to parts of the page becomes tabs, of which one part is shown.
  for (const list of K.all("[data-tabs]")) {
    const tabs = K.all('a[href^="#"]', list).filter((tab) => document.getElementById(tab.hash.slice(1)));
    if (tabs.length < 2) continue;
    const panelOf = (tab) => document.getElementById(tab.hash.slice(1));
    list.setAttribute("role", "tablist");
    K.own.add(list);
    K.all("li", list).forEach((item) => item.setAttribute("role", "presentation"));
    const choose = (chosen, focus) => {
      for (const tab of tabs) {
        const is = tab === chosen;
        tab.setAttribute("aria-selected", is);
        tab.tabIndex = is ? 0 : -1;
        panelOf(tab).hidden = !is;
      }
      if (focus) chosen.focus();
    };
    tabs.forEach((tab, index) => {
      const panel = panelOf(tab);
      tab.id ||= `tab-${panel.id}`;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panel.id);
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      tab.addEventListener("click", (event) => {
        event.preventDefault();
        choose(tab);
      });
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        choose(tabs[(index + step + tabs.length) % tabs.length], true);
      });
    });
    const wrong = tabs.find((tab) => K.$(".wrong, .problem", panelOf(tab)));
    choose(wrong || tabs.find((tab) => tab.hash === location.hash) || tabs[0]);
    addEventListener("hashchange", () => {
      const named = tabs.find((tab) => tab.hash === location.hash);
      if (named) choose(named);
    });
  }
}
