// The WHMCS page's side of the frame: opens it, gives it its height, scrolls to it and renews its token.
(function () {
  "use strict";

  const SMALLEST = 200;
  const TALLEST = 20000;
  // A portal that asks again and again is not helped by another token.
  const RENEWALS_A_MINUTE = 5;

  const box = document.querySelector("[data-mailporch]");
  const form = box.querySelector("form");
  const token = form.querySelector("[data-hand-off]");
  const open = form.querySelector("button");
  const frame = box.querySelector("iframe");
  const renewals = [];

  const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
  const between = (least, value, most) => Math.min(most, Math.max(least, value));

  function grow({ px }) {
    if (isNumber(px)) {
      frame.height = Math.ceil(between(SMALLEST, px, TALLEST));
    }
  }

  function scroll({ y }) {
    if (isNumber(y)) {
      const { top, height } = frame.getBoundingClientRect();
      window.scrollTo({ top: window.scrollY + top + between(0, y, height) });
    }
  }

  async function renew() {
    const now = Date.now();
    while (renewals.length && now - renewals[0] > 60000) {
      renewals.shift();
    }
    if (renewals.length >= RENEWALS_A_MINUTE) {
      return;
    }
    renewals.push(now);
    let page;
    try {
      const answer = await fetch(box.dataset.page, { credentials: "same-origin", cache: "no-store" });
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return; // the frame itself still shows its sentence and a link to this page
    }
    const fresh = page.querySelector("[data-mailporch] [data-hand-off]");
    if (fresh) {
      token.value = fresh.value;
      open.click();
    } else {
      window.location.assign(box.dataset.page); // signed out of WHMCS: it asks for the password itself
    }
  }

  const answers = { "portal:height": grow, "portal:scroll": scroll, "portal:relaunch": renew };

  window.addEventListener("message", (event) => {
    const message = event.data;
    if (event.origin !== box.dataset.origin || event.source !== frame.contentWindow) {
      return;
    }
    if (message && message.v === 1 && Object.hasOwn(answers, message.type)) {
      answers[message.type](message);
    }
  });

  form.hidden = true;
  open.click();
})();
