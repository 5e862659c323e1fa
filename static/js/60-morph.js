// Brings a part of the page up to what the server shows now, in place: what has the focus, is typed, ticked or
// unfolded stays, and what the reader looks at does not move.
{
  const idOf = (node) => {
    if (node.nodeType !== 1) return "";
    return node.id || (node.localName === "form" ? `form ${node.getAttribute("action")}` : "");
  };
  const isTouched = (field) => {
    if (field.type === "hidden") return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.localName !== "select") return "defaultValue" in field && field.value !== field.defaultValue;
    const first = Math.max([...field.options].findIndex((option) => option.defaultSelected), 0);
    return field.selectedIndex !== first;
  };
  const isInUse = (form) => form.contains(document.activeElement) || [...form.elements].some(isTouched);

  const STAY = ["here", "changed"];
  const attributes = (old, fresh) => {
    for (const { name } of [...old.attributes]) {
      if (name !== "open" && name !== "class" && !fresh.hasAttribute(name)) old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (name !== "open" && name !== "class" && old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    const classes = [...fresh.classList, ...STAY.filter((one) => old.classList.contains(one))].join(" ");
    if (classes !== (old.getAttribute("class") || "")) old.setAttribute("class", classes);
  };

  const morph = (old, fresh) => {
    if (K.own.has(old) || old.isEqualNode(fresh)) return;
    if (old.nodeType !== 1) {
      old.data = fresh.data;
      return;
    }
    if (old.localName === "form" && isInUse(old)) return;
    if (old.matches("textarea, select, input:not([type=hidden])")) return;
    attributes(old, fresh);
    children(old, fresh);
  };

  const children = (old, fresh) => {
    const wanted = new Set([...fresh.children].map(idOf));
    const known = new Map();
    for (const child of [...old.children]) {
      const id = idOf(child);
      if (!id) continue;
      if (wanted.has(id)) known.set(id, child);
      else if (!K.own.has(child)) child.remove();
    }
    let at = old.firstChild;
    for (const next of [...fresh.childNodes]) {
      const id = idOf(next);
      const fits = at && !id && !idOf(at) && at.nodeName === next.nodeName;
      let kept = id ? known.get(id) : fits && at;
      if (kept && kept.nodeName !== next.nodeName) kept = null;
      if (kept) {
        if (kept === at) at = at.nextSibling;
        else old.insertBefore(kept, at);
        morph(kept, next);
      } else {
        old.insertBefore(document.importNode(next, true), at);
      }
    }
    while (at) {
      const next = at.nextSibling;
      if (!K.own.has(at)) at.remove();
      at = next;
    }
  };

  // The row that the reader is at: with the focus, under the pointer, or the first one in sight below the top.
  const lookedAt = (region) => {
    const items = K.all(":scope > [id]", region);
    const top = region.getBoundingClientRect().top;
    return items.find((item) => item.contains(document.activeElement) || item.matches(".here"))
      || items.find((item) => item.matches(":hover"))
      || (top < 0 ? items.find((item) => item.getBoundingClientRect().bottom > 0) : undefined);
  };

  const versions = (region) => new Map(K.all("[id]", region).filter((item) => item.matches(".ticket, .message"))
    .map((item) => [item.id, item.dataset.version]));

  // Gives the elements that are new or of another version.
  K.swap = (region, fresh) => {
    const before = versions(region);
    const focus = document.activeElement, row = lookedAt(region);
    const place = row?.getBoundingClientRect().top;
    const index = [...region.children].indexOf(row);
    const chosen = focus && "selectionStart" in focus ? [focus.selectionStart, focus.selectionEnd] : null;
    const hadFocus = region.contains(focus);
    morph(region, fresh);
    if (hadFocus && document.activeElement !== focus) {
      if (focus.isConnected) {
        focus.focus({ preventScroll: true });
        if (chosen?.[0] != null) focus.setSelectionRange(...chosen);
      } else {
        // Its row is gone: on to the one in its place.
        const next = region.children[Math.min(Math.max(index, 0), region.children.length - 1)];
        (next && K.$("a, button", next))?.focus({ preventScroll: true });
      }
    }
    if (row?.isConnected) scrollBy(0, row.getBoundingClientRect().top - place);
    const changed = K.all("[id]", region)
      .filter((item) => item.matches(".ticket, .message") && (!before.has(item.id) || before.get(item.id) !== item.dataset.version));
    for (const item of changed) {
      item.classList.add("changed");
      setTimeout(() => item.classList.remove("changed"), 3000);
    }
    return changed;
  };
  K.morph = morph;
}
