// Parts with data-live=ADDRESS follow what happens, [data-viewers] says who else is there, and the bell what is new.
// Only a window in sight listens: browsers have few connections to a server.
if (K.person && K.$(".bell")) {
  const ticket = K.all("[data-ticket]").find((one) => !one.closest(".tickets"))?.dataset.ticket;
  const hasParts = Boolean(K.$("[data-live]"));
  let source = null, over = false, failures = 0, retry = 0, notice, noticed = 0;

  // Whether the line is lost, said after a while: most breaks are short.
  const tell = (text, link) => {
    clearTimeout(noticed);
    if (notice) notice.remove();
    noticed = 0;
    notice = text && K.make("p", { class: "lost", role: "status" }, text);
    if (!text) return;
    if (link) notice.append(" ", K.make("a", { href: link }, "Masuk lagi"));
    document.body.append(notice);
  };
  const end = () => {
    over = true;
    shut();
    tell("Anda sudah keluar.", `/masuk?ke=${encodeURIComponent(location.pathname + location.search)}`);
  };

  // Refreshing: at most once a second, one at a time.
  let last = 0, timer = 0, again = false;
  const soon = () => {
    if (!hasParts) return ringSoon();
    again = Boolean(timer);
    if (over || timer) return;
    timer = setTimeout(run, Math.max(200, 1000 - (Date.now() - last)));
  };
  const run = async () => {
    [again, last] = [false, Date.now()];
    try { await refresh(); } catch { /* the next turn tries again */ }
    timer = 0;
    if (again) soon();
  };
  const addressOf = (region) => {
    const asked = new URL(region.dataset.live || location.href, location.href);
    return asked.pathname === location.pathname ? location.pathname + location.search : asked.pathname + asked.search;
  };
  const refresh = async () => {
    const regions = K.all("[data-live]");
    const changed = [];
    for (const address of new Set(regions.map(addressOf))) {
      const found = await K.page(address);
      if (found.over) return end();
      if (found.tree) changed.push(...show(address, found.tree));
    }
    K.picked();
    const tickets = changed.filter((one) => one.matches(".ticket")).length, messages = changed.length - tickets;
    if (tickets) K.say(`${tickets} tiket berubah`);
    if (messages) K.say(`${messages} pesan baru`);
  };
  // The bell comes with every page that is looked at anyway, else alone: less often, since it can wait.
  let ringing = 0;
  const ring = (tree) => {
    const bell = K.$(".bell"), fresh = K.$(".bell", tree);
    if (!fresh) return;
    const count = (one) => parseInt(one.textContent.match(/\d+/)?.[0] || 0, 10);
    if (count(fresh) > count(bell)) K.say("Ada kabar baru");
    if (bell.hasAttribute("aria-current")) fresh.setAttribute("aria-current", "page");
    K.morph(bell, fresh);
  };
  const ringSoon = () => {
    if (over) return;
    ringing ||= setTimeout(async () => {
      const found = await K.page("/kabar/lonceng").catch(() => ({}));
      ringing = 0;
      if (found.over) end();
      else if (found.tree) ring(found.tree);
    }, 3000);
  };
  const show = (address, tree) => {
    ring(tree);
    const fresh = K.all("[data-live]", tree);
    const changed = K.all("[data-live]").filter((region) => addressOf(region) === address).flatMap((region, index) => {
      const same = (region.id && tree.getElementById(region.id)) || fresh[index];
      if (!same) return [];
      if (same.nodeName === region.nodeName) return K.swap(region, same);
      // A list that was empty, or is now.
      const put = document.importNode(same, true);
      region.replaceWith(put);
      return K.all(".ticket", put);
    });
    if (address === location.pathname + location.search) {
      for (const around of [".parts", ".pager", ".heading .count", ".trail", ".clocks", ".case > header .actions", ".facts-side"]) {
        const now = K.all(around, tree), old = K.all(around);
        if (old.length === now.length) old.forEach((one, index) => K.morph(one, now[index]));
      }
    }
    return changed;
  };

  // Listening.
  const shut = () => {
    source?.close();
    source = null;
    clearTimeout(retry);
  };
  const open = () => {
    if (over || source || document.hidden) return;
    source = new EventSource(ticket ? `/peristiwa?tiket=${ticket}` : "/peristiwa");
    source.onopen = () => {
      // What happened while nobody listened.
      if (failures || notice) soon();
      failures = 0;
      tell("");
    };
    source.onerror = () => {
      if (hasParts && !notice) noticed ||= setTimeout(tell, 5000, "Sambungan terputus. Halaman ini mencoba menyambung lagi.");
      failures += 1;
      if (source?.readyState !== EventSource.CLOSED) return;
      shut();
      // A page tells whether it is the session that is over.
      soon();
      retry = setTimeout(open, Math.min(60, 2 ** failures) * 1000);
    };
    source.addEventListener("tiket", (event) => {
      if (hasParts && (!ticket || JSON.parse(event.data).number === ticket)) soon();
      else ringSoon();
    });
    source.addEventListener("ulang", soon);
    source.addEventListener("keluar", end);
    // Other windows of this session listen; this one again when it comes into sight.
    source.addEventListener("penuh", shut);
    source.addEventListener("hadir", (event) => watch(JSON.parse(event.data).people));
  };

  const watch = (people) => {
    const names = people.map((one) => one.name + (one.typing ? " (sedang mengetik)" : ""));
    const place = K.$("[data-viewers]");
    place.textContent = names.length ? `Sedang dibuka juga oleh ${names.join(", ")}` : "";
    place.classList.toggle("typing", people.some((one) => one.typing));
  };

  // Saying that one is here oneself.
  let typing = false, stopped = 0, told = 0;
  const present = (is, more) => {
    if (!ticket || over || !K.$("[data-viewers]")) return;
    [typing, told] = [is, Date.now()];
    const body = new URLSearchParams({ _csrf: K.$("input[name=_csrf]").value, typing, ...more });
    // Whoever types is at work, and stays signed in.
    const headers = typing ? {} : { "X-Quiet": "1" };
    fetch(`/tiket/${ticket}/hadir`, { method: "POST", body, headers, keepalive: true }).catch(() => {});
  };
  document.addEventListener("input", ({ target }) => {
    if (!target.matches("main textarea")) return;
    clearTimeout(stopped);
    stopped = setTimeout(present, 8000, false);
    if (!typing || Date.now() - told > 15000) present(true);
  });

  const arrive = () => {
    open();
    present(false);
  };
  const leave = () => {
    present(false, { gone: true });
    shut();
  };
  addEventListener("visibilitychange", () => {
    if (document.hidden) return leave();
    soon();
    arrive();
  });
  addEventListener("pagehide", leave);
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) soon();
    arrive();
  });
  setInterval(() => document.hidden || present(typing), 20000);
  // Time passes without anything happening.
  setInterval(() => document.hidden || !hasParts || soon(), 60000);
}
