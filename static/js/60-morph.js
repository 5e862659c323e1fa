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

  const attributes = (old, fresh) => {
    for (const stays of ["here", "changed"]) if (old.classList.contains(stays)) fresh.classList.add(stays);
    for (const { name } of [...old.attributes]) {
      if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (name !== "open" && old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
  };

  const morph = (old, fresh) => {
    if (old.isEqualNode(fresh)) return;
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
      else child.remove();
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
      at.remove();
      at = next;
    }
  };

  const items = (region) => K.all(".ticket[id], .message[id]", region);

  // The row that the reader is at: with the focus, under the pointer, or the first one in sight below the top.
  const lookedAt = (region) => {
    const all = items(region), at = (what) => all.find((item) => item.matches(what));
    return at(":focus-within") || at(".here") || at(":hover")
      || (region.getBoundingClientRect().top < 0 && all.find((item) => item.getBoundingClientRect().bottom > 0)) || null;
  };

  // Gives the elements that are new or of another version.
  K.swap = (region, fresh) => {
    const before = new Map(items(region).map((item) => [item.id, item.dataset.version]));
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
    const changed = items(region).filter((item) => !before.has(item.id) || before.get(item.id) !== item.dataset.version);
    for (const item of changed) {
      item.classList.add("changed");
      setTimeout(() => item.classList.remove("changed"), 3000);
    }
    return changed;
  };
  K.morph = morph;
}
