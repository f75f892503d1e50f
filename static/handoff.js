// The page behind a sign-on link: takes the token out of the address's fragment and lets a person spend it.
(() => {
  "use strict";

  const form = document.getElementById("handoff");
  if (!form) return;
  const token = location.hash.slice(1);
  if (!token) return;
  history.replaceState(null, "", location.pathname);
  document.getElementById("handoff-missing").hidden = true;
  form.elements.token.value = token;
  form.hidden = false;
  form.querySelector("button").focus();
  setTimeout(() => {
    form.hidden = true;
    form.elements.token.value = "";
    document.getElementById("handoff-expired").hidden = false;
  }, Number(form.dataset.lifetime) * 1000);
})();
