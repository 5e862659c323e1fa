// Makes pages better; without it they are whole. The pieces of this folder are one file. They share K.
"use strict";
const K = {
  person: document.body.dataset.person,
  $: (selector, within = document) => within.querySelector(selector),
  all: (selector, within = document) => [...within.querySelectorAll(selector)],
  // An element with attributes and children.
  make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    K.set(element, attributes);
    element.append(...children);
    return element;
  },
  set(element, attributes) {
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  },
  // Tells those who listen to the page.
  say(text) {
    const place = K.$("#kabar");
    place.textContent = "";
    // The same words are news again only after a break.
    setTimeout(() => { place.textContent = text; }, 100);
  },
  isTyping: (target) => target.matches("textarea, select, input:not([type=checkbox], [type=radio])"),
  // What the browser keeps; it may refuse to keep anything.
  kept(key) {
    try { return localStorage.getItem(key); } catch { return null; }
  },
  keep(key, value) {
    try { value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value); } catch { /* then not */ }
  },
  // The same until the window closes.
  once(key, value) {
    try {
      const before = sessionStorage.getItem(key);
      sessionStorage.setItem(key, value || "");
      return before;
    } catch { return null; }
  },
  // Asks for a page without keeping anybody signed in; nothing if it is not to be had.
  async page(address) {
    const response = await fetch(address, { headers: { "X-Quiet": "1" }, signal: AbortSignal.timeout(20000) });
    if (new URL(response.url).pathname === "/masuk") return { over: true };
    return response.ok ? { tree: new DOMParser().parseFromString(await response.text(), "text/html") } : {};
  },
};
