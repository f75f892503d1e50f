// Lists of addresses in a form: one more line, one line less. Without this script three empty lines are there to use.
(() => {
  "use strict";

  function settle(root) {
    for (const spare of root.querySelectorAll("[data-addresses] [data-spare]")) spare.remove();
  }

  // Screen readers tell the lines apart by it.
  function number(list) {
    for (const [place, input] of list.querySelectorAll("input").entries()) {
      input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, place + 1));
    }
  }

  function add(list) {
    const line = list.lastElementChild.cloneNode(true);
    const input = line.querySelector("input");
    input.value = "";
    input.classList.remove("is-invalid");
    list.append(line);
    number(list);
    input.focus();
  }

  function remove(line) {
    const list = line.parentElement;
    if (list.children.length === 1) line.querySelector("input").value = "";
    else line.remove();
    number(list);
    list.querySelector("input").focus();
    list.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("click", (event) => {
    const box = event.target.closest("[data-addresses]");
    if (!box) return;
    if (event.target.closest("[data-add-address]")) add(box.querySelector("ul"));
    const line = event.target.closest("[data-remove-address]")?.closest("li");
    if (line) remove(line);
  });
  // What was typed into keeps its text when it is morphed, though the answer may have it in another line, or nowhere.
  function asAnswered(card) {
    for (const input of card.querySelectorAll("[data-addresses] input, [data-as-answered]")) {
      const kept = input.closest("[hx-morph-skip]");
      if (!kept || !card.contains(kept)) input.value = input.defaultValue;
    }
  }

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    // Where the answer said what it takes the place of, that is a selector, and what it names is gone.
    if (ctx.target instanceof Element) asAnswered(ctx.target);
    settle(document);
  });
  settle(document);
})();
