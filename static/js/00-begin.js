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
    setTimeout(() => { place.textContent = text; }, 100);
  },
  isTyping: (target) => target.matches("textarea, select, input:not([type=checkbox], [type=radio])"),
  // What the browser keeps; without a value no more. Without cookies nobody is signed in, so it may be kept.
  keep(key, value) {
    if (!value) return localStorage.removeItem(key);
    try { localStorage.setItem(key, value); } catch { /* it is full */ }
  },
  // Takes what was left for the next page of this window, and leaves something.
  once(key, value) {
    const before = sessionStorage.getItem(key);
    sessionStorage.setItem(key, value || "");
    return before || "";
  },
  // Asks for a page without keeping anybody signed in; nothing if it is not to be had.
  async page(address) {
    const response = await fetch(address, { headers: { "X-Quiet": "1" }, signal: AbortSignal.timeout(20000) });
    if (new URL(response.url).pathname === "/masuk") return { over: true };
    return response.ok ? { tree: new DOMParser().parseFromString(await response.text(), "text/html") } : {};
  },
};
