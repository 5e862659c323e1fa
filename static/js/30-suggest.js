// Fields that suggest people while one types: input[data-suggest=ADDRESS]. Fills requester_id of its form.
{
  const setUp = (input, index) => {
    const list = K.make("ul", { role: "listbox", class: "suggest", id: `usul-${index}`, "aria-label": "Usulan" });
    input.after(list);
    K.set(input, { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": list.id });
    let items = [], at = -1, timer = 0, asked = null;

    const close = () => {
      list.hidden = true;
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const mark = (to) => {
      const option = list.children[to];
      list.children[at]?.setAttribute("aria-selected", "false");
      at = to;
      option.setAttribute("aria-selected", "true");
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    };
    const fill = (id) => {
      const field = input.form.elements.requester_id;
      if (field) field.value = id;
    };
    const choose = (item) => {
      input.value = item.name;
      fill(item.id);
      // Whoever was chosen of the people shown before is meant no more.
      for (const shown of input.form.querySelectorAll("[name=orang]")) shown.checked = false;
      close();
      K.say(`${item.name}, ${item.opd} dipilih`);
    };
    const show = () => {
      list.replaceChildren(...items.map((item, i) => {
        const option = K.make("li", { role: "option", id: `${list.id}-${i}`, "aria-selected": "false" }, item.name);
        option.append(K.make("small", {}, [item.opd, item.email].filter(Boolean).join(" · ")));
        // Before the field loses its focus.
        option.addEventListener("mousedown", (event) => {
          event.preventDefault();
          choose(item);
        });
        return option;
      }));
      close();
      list.hidden = !items.length;
      list.style.top = `${input.offsetTop + input.offsetHeight}px`;
      list.style.left = `${input.offsetLeft}px`;
      input.setAttribute("aria-expanded", !list.hidden);
      K.say(items.length ? `${items.length} usulan` : "Tidak ada yang cocok");
    };
    const ask = async () => {
      const text = input.value.trim();
      asked?.abort();
      if (text.length < 2) return close();
      asked = new AbortController();
      const address = new URL(input.dataset.suggest, location);
      address.searchParams.set("q", text);
      try {
        ({ items } = await (await fetch(address, { signal: asked.signal })).json());
        if (document.activeElement === input) show();
      } catch { /* what is typed can be sent as it is */ }
    };
    close();
    input.addEventListener("input", () => {
      fill("");
      clearTimeout(timer);
      timer = setTimeout(ask, 200);
    });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (list.hidden) {
        if (event.key === "ArrowDown") ask();
        return;
      }
      if (event.key === "ArrowDown") mark((at + 1) % items.length);
      else if (event.key === "ArrowUp") mark((at > 0 ? at : items.length) - 1);
      else if (event.key === "Enter" && at >= 0) choose(items[at]);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
    });
  };
  K.all("input[data-suggest]").forEach(setUp);
}
