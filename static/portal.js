// What every page needs of the browser: the page token on each request, the frame's height, windows, copying, messages.
(() => {
  "use strict";

  document.documentElement.classList.add("scripted");
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
  const parents = meta("portal-parents").split(" ").filter(Boolean);

  // A hand-off is answered by the page itself; its address becomes the service's, without a history entry.
  const address = document.body.dataset.address;
  if (address) history.replaceState(null, "", address);

  document.addEventListener("htmx:config:request", (event) => {
    event.detail.ctx.request.headers["X-Portal-Token"] = meta("portal-token");
  });

  // --- the page around our frame -------------------------------------------------------------------------------------

  function tell(message) {
    if (window.parent !== window) {
      for (const origin of parents) window.parent.postMessage({ v: 1, ...message }, origin);
    }
  }

  // What lies above the page is no part of its height.
  const lowest = (open) => Math.ceil(open.getBoundingClientRect().bottom + scrollY) + 24;

  let told = 0;
  function tellHeight() {
    const below = Math.max(0, ...[...document.querySelectorAll("dialog[open], details.language[open] > form")].map(lowest));
    const px = Math.min(20000, Math.max(200, Math.ceil(document.getElementById("portal").offsetHeight), below));
    if (px !== told) tell({ type: "portal:height", px: (told = px) });
  }
  const sizes = new ResizeObserver(tellHeight);
  sizes.observe(document.body);

  // Whatever was swapped in: show what belongs to scripts, focus what went wrong, keep the height.
  function arrive(root) {
    for (const element of root.querySelectorAll("[data-script-only][hidden]")) element.hidden = false;
    for (const time of root.querySelectorAll("time[datetime]")) {
      const write = "withDate" in time.dataset ? "toLocaleString" : "toLocaleTimeString";
      time.textContent = new Date(time.dateTime)[write](document.getElementById("portal").lang);
    }
    const focused = root.querySelector("[data-focus]");
    if (focused) {
      const closed = focused.closest("details:not([open])");
      if (closed) closed.open = true;
      focused.focus({ preventScroll: true });
      show(focused);
    }
    tellHeight();
  }
  document.addEventListener("htmx:after:swap", () => arrive(document));
  arrive(document);

  // An address may name a question of the help, or its answer: that is opened, once.
  let revealed = "";
  function reveal() {
    const named = document.getElementById(location.hash.slice(1));
    if (location.href === revealed || (location.hash && !named)) return;
    revealed = location.href;
    const details = named?.closest("details");
    if (!details) return;
    details.open = true;
    details.querySelector("summary").focus({ preventScroll: true });
    show(details);
  }
  document.addEventListener("htmx:after:swap", reveal);
  document.addEventListener("htmx:after:history:update", reveal);
  reveal();

  // A button is disabled while its request is under way, and what had the focus may be gone or hidden afterwards.
  const focused = new WeakMap();
  document.addEventListener("htmx:before:request", ({ detail }) => focused.set(detail.ctx, document.activeElement));
  document.addEventListener("htmx:finally:request", ({ detail }) => {
    queueMicrotask(() => keepFocus(focused.get(detail.ctx))); // htmx enables the button after this event
  });

  function keepFocus(before) {
    const now = document.activeElement;
    if (!before || before === document.body || (now !== document.body && now.checkVisibility())) return;
    const back = before.isConnected && before.checkVisibility() ? before : document.getElementById("portal-main");
    back.focus({ preventScroll: true });
  }

  function show(element) {
    if (window.parent === window) element.scrollIntoView({ block: "nearest" });
    else tell({ type: "portal:scroll", y: Math.max(0, Math.floor(element.getBoundingClientRect().top + scrollY - 16)) });
  }

  // A long frame has no "visible part" of its own: a fresh observer's first look is the only way to learn it.
  function visibleTop(then) {
    const observer = new IntersectionObserver(([entry]) => {
      observer.disconnect();
      then(Math.max(0, entry.intersectionRect.top - entry.boundingClientRect.top));
    });
    observer.observe(document.documentElement);
  }

  // --- the menu of languages -----------------------------------------------------------------------------------------

  const openMenu = () => document.querySelector("details.language[open]");
  document.addEventListener("toggle", tellHeight, true);
  document.addEventListener("click", (event) => {
    if (openMenu()?.contains(event.target) === false) openMenu().open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && openMenu();
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // --- windows -------------------------------------------------------------------------------------------------------

  function openWindow(dialog) {
    dialog.showModal();
    sizes.observe(dialog);
    if (window.parent !== window) {
      visibleTop((top) => {
        dialog.dataset.at = "";
        dialog.style.top = `${Math.floor(top) + 16}px`;
        tellHeight();
      });
    }
  }

  // A modal window keeps the keyboard out of the rest of our page, but not out of the page around the frame.
  document.addEventListener("keydown", (event) => {
    const dialog = event.key === "Tab" && document.querySelector("dialog[open]");
    if (!dialog) return;
    const stops = [...dialog.querySelectorAll("a, button:enabled, input:enabled")].filter((stop) => stop.checkVisibility());
    const [from, to] = event.shiftKey ? [stops.at(0), stops.at(-1)] : [stops.at(-1), stops.at(0)];
    if (document.activeElement === from) {
      event.preventDefault();
      to.focus();
    }
  });

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-open], [data-close], [data-copy-from], [data-print], [data-relaunch]");
    if (!target) return;
    if (target.dataset.open) openWindow(document.getElementById(target.dataset.open));
    else if ("close" in target.dataset) target.closest("dialog").close();
    else if (target.dataset.copyFrom) copy(target);
    else if ("print" in target.dataset) window.print();
    else if ("relaunch" in target.dataset && window.parent !== window && parents.length) relaunch(event, target);
  });

  // Our page asks the one around it for a fresh hand-off; if nothing happens, the link does what it says.
  function relaunch(event, link) {
    event.preventDefault();
    tell({ type: "portal:relaunch" });
    setTimeout(() => window.open(link.href, "_top"), 4000);
  }

  async function copy(button) {
    const source = button.closest("[data-copyable], div").querySelector(button.dataset.copyFrom);
    const text = source.textContent.trim();
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const range = document.createRange();
      range.selectNodeContents(source);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      // Then the text is at least selected.
      if (!document.execCommand("copy")) return;
    }
    const label = button.querySelector("span");
    const before = label.textContent;
    label.textContent = button.dataset.copied;
    setTimeout(() => (label.textContent = before), 2000);
  }

  // --- messages ------------------------------------------------------------------------------------------------------

  // What was said belongs to the action before this one.
  document.addEventListener("htmx:before:request", (event) => {
    if (event.detail.ctx.request.method !== "GET") document.getElementById("flash").textContent = "";
  });

  document.addEventListener("htmx:after:swap", () => {
    const message = document.querySelector("#flash .flash");
    if (message && message.getBoundingClientRect().top < 0) show(message);
  });

  // No answer at all: our own server could not be reached. (A mail server's silence is a card of its own.)
  document.addEventListener("htmx:error", (event) => {
    const ctx = event.detail.ctx;
    // What the page asks by itself, nobody has sent.
    if (!ctx?.response && !ctx?.request.headers["X-Portal-Poll"]) {
      const note = document.createElement("p");
      note.className = "alert";
      note.setAttribute("role", "alert");
      note.textContent = document.body.dataset.offline;
      document.getElementById("flash").replaceChildren(note);
      show(note);
    }
  });
})();
