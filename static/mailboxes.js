// The mailbox forms while one types: the whole address, the password's checklist and generator, what a save will change.
(() => {
  "use strict";

  // --- passwords -----------------------------------------------------------------------------------------------------

  function passwordState(box) {
    const [first, second] = box.querySelectorAll("input");
    const name = box.closest("form")?.elements.name?.value ?? box.dataset.user;
    const policy = JSON.parse(box.dataset.policy);
    const user = (name ?? "").trim().toLowerCase();
    return { first, second, user, policy, broken: window.Passwords.check(first.value, second.value, policy, user, box.dataset.domain) };
  }

  function tick(box) {
    const { first, second, broken } = passwordState(box);
    const words = box.querySelector("[data-words]").dataset;
    const untouched = !first.value && !second.value;
    for (const line of box.querySelectorAll("[data-rule]")) {
      const met = !untouched && !broken.includes(line.dataset.rule);
      line.classList.toggle("met", met);
      line.querySelector("[data-state]").textContent = untouched ? "" : ` – ${met ? words.met : words.notMet}`;
    }
    const accept = box.parentElement.querySelector("[data-accept]");
    if (accept) accept.disabled = untouched || broken.length > 0;
  }

  function generate(box) {
    const { first, second, user, policy } = passwordState(box);
    first.value = second.value = window.Passwords.generate(policy, user, box.dataset.domain);
    box.querySelector("[data-generated-text]").textContent = first.value;
    box.querySelector("[data-generated]").hidden = false;
    tick(box);
  }

  function reveal(box, button) {
    const shown = button.getAttribute("aria-pressed") !== "true";
    const words = box.querySelector("[data-words]").dataset;
    button.setAttribute("aria-pressed", String(shown));
    button.lastChild.textContent = ` ${shown ? words.hide : words.show}`;
    for (const input of box.querySelectorAll("input")) input.type = shown ? "text" : "password";
  }

  document.addEventListener("input", (event) => {
    const box = event.target.closest("[data-password]");
    if (box) {
      box.querySelector("[data-generated]").hidden = true;
      tick(box);
    }
  });

  document.addEventListener("click", (event) => {
    const box = event.target.closest("[data-password]");
    if (box && event.target.closest("[data-generate]")) generate(box);
    if (box && event.target.closest("[data-reveal]")) reveal(box, event.target.closest("[data-reveal]"));
    const accept = event.target.closest("dialog [data-accept][type=button]");
    if (accept) {
      accept.closest("dialog").close();
      passwordNote(accept.closest("form"));
    }
  });

  function passwordNote(form) {
    const note = form?.querySelector("[data-password-state]");
    if (!note) return;
    const box = form.querySelector("[data-password]");
    note.textContent = passwordState(box).broken.length ? note.dataset.unset : note.dataset.set;
  }

  // --- the address as it will be -------------------------------------------------------------------------------------

  document.addEventListener("input", (event) => {
    const form = event.target.closest("[data-new-mailbox]");
    if (!form || event.target.name !== "name") return;
    const preview = form.querySelector("[data-preview]");
    const name = event.target.value.trim().toLowerCase() || "…";
    form.querySelector("[data-preview-address]").textContent = `${name}@${preview.dataset.domain}`;
    tick(form.querySelector("[data-password]"));
    passwordNote(form);
  });

  // --- what a save will change, and what a deletion needs ------------------------------------------------------------

  // The labels of the fields that are not as the mail server has them.
  function changedFields(form) {
    const changed = [...form.querySelectorAll("[data-was]")].filter((field) => present(field) !== field.dataset.was);
    return changed.map((field) => (field.querySelector("legend") ?? field.labels[0]).textContent.trim());
  }

  function present(field) {
    if (field.type === "checkbox") return field.checked ? "on" : "";
    if (!field.matches("[data-addresses]")) return field.value.trim();
    return [...field.querySelectorAll("li input")].map((input) => input.value.trim()).filter(Boolean).sort().join(" ");
  }

  function noteChanges(form) {
    const changed = changedFields(form);
    const bar = form.querySelector(".save-bar");
    const note = bar.querySelector("[data-save-note]");
    const names = new Intl.ListFormat(document.getElementById("portal").lang).format(changed);
    const lead = changed.length === 1 ? note.dataset.one : note.dataset.many.replace("{count}", changed.length);
    note.textContent = changed.length ? `${lead} ${names}` : "";
    bar.hidden = !changed.length && form.dataset.saveBar !== "always";
  }

  function settle(root) {
    for (const box of root.querySelectorAll("[data-password]")) tick(box);
    for (const form of root.querySelectorAll("[data-save-bar]")) noteChanges(form);
    for (const form of root.querySelectorAll("[data-confirm-address]")) allowDeletion(form);
    for (const form of root.querySelectorAll("[data-new-mailbox]")) passwordNote(form);
  }

  function allowDeletion(form) {
    const typed = form.elements.confirm.value.trim().toLowerCase();
    form.querySelector("button").disabled = typed !== form.dataset.confirmAddress;
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form");
    if (form?.matches("[data-save-bar]")) noteChanges(form);
    if (form?.matches("[data-confirm-address]")) allowDeletion(form);
  });
  document.addEventListener("htmx:after:swap", () => settle(document));
  settle(document);
})();
