// Brings a part of the page up to date in place: focus, what is typed, ticked or unfolded, and where the reader
// looks, all stay.
{
  const idOf = (node) => {
    if (node.nodeType !== 1) return "";
    return node.id || (node.localName === "form" ? `form ${node.getAttribute("action")}` : "");
  };
  const isTouched = (field) => {
    if (field.matches("[type=hidden], button")) return false;
    if (field.options) return field.selectedIndex !== Math.max([...field.options].findIndex((one) => one.defaultSelected), 0);
    return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
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
    if (old.nodeType !== 1) old.data = fresh.data;
    else if (old.localName === "form" && isInUse(old)) return;
    else if (!old.matches("textarea, select, input:not([type=hidden])")) {
      attributes(old, fresh);
      children(old, fresh);
    }
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
      const kept = id ? known.get(id) : at && !idOf(at) && at;
      if (kept?.nodeName === next.nodeName) {
        if (kept === at) at = at.nextSibling;
        else old.insertBefore(kept, at);
        morph(kept, next);
      } else {
        old.insertBefore(document.importNode(next, true), at);
      }
    }
    while (at) [at] = [at.nextSibling, at.remove()];
  };

  const items = (region) => K.all(".ticket[id], .entry[id]", region);

  // Where the reader is: at the focus, under the pointer, or at what comes first in sight when scrolled. If that
  // changes, and with it perhaps its place, at what follows it unchanged.
  const lookedAt = (region, fresh) => {
    const all = items(region), at = (what) => all.findIndex((item) => item.matches(what));
    let index = [":focus-within", ".here", ":hover"].map(at).find((found) => found >= 0) ?? -1;
    if (index < 0 && region.getBoundingClientRect().top < 0) index = all.findIndex((item) => item.getBoundingClientRect().bottom > 0);
    const stays = (item) => K.$(`[id="${item.id}"]`, fresh)?.dataset.version === item.dataset.version;
    return index < 0 ? null : all.slice(index).find(stays);
  };

  // Gives the elements that are new or of another version.
  K.swap = (region, fresh) => {
    const before = new Map(items(region).map((item) => [item.id, item.dataset.version]));
    const focus = document.activeElement, row = lookedAt(region, fresh);
    const place = row?.getBoundingClientRect().top;
    const index = [...region.children].findIndex((child) => child.contains(focus));
    const { selectionStart: from, selectionEnd: to } = focus;
    const hadFocus = region.contains(focus);
    morph(region, fresh);
    if (hadFocus && document.activeElement !== focus) {
      if (focus.isConnected) {
        focus.focus({ preventScroll: true });
        if (from != null) focus.setSelectionRange(from, to);
      } else {
        // Its row is gone: on to the one in its place.
        const next = region.children[Math.min(index, region.children.length - 1)];
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
