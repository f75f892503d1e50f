// The rules of portal/passwords.py for the browser, and the generator. A policy has the same fields.
(() => {
  "use strict";

  const SHORTEST_USER_NAME = 2;
  const SHORTEST_LABEL = 4;
  const GENERATED_LENGTH = 16;

  // What is easily misread (I l 1, O o 0) is left out, and "^" and "_", which many keyboards and underlines hide.
  const CLASSES = ["abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "!@#$%&*-=+"];

  const lengthOf = (text) => Array.from(text).length; // code points, not UTF-16 units
  const lower = (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const contains = (password, name, shortest) =>
    lengthOf(name) >= shortest && lower(password).includes(lower(name));

  function rules(policy) {
    const chosen = ["upper", "lower", "digit", "special"].filter((rule) => policy[rule]);
    const spaces = policy.no_spaces ? ["spaces"] : [];
    const names = policy.names === false ? [] : ["user", "domain"];
    return ["length", ...chosen, ...spaces, ...names, "match"];
  }

  // The names of the rules that are broken, in the order they are shown.
  function check(password, again, policy, userName, domain) {
    const kept = {
      length: lengthOf(password) >= Math.max(1, policy.min_length),
      upper: /[A-Z]/.test(password),
      lower: /[a-z]/.test(password),
      digit: /[0-9]/.test(password),
      special: /[!@#$%^&*\-_=+]/.test(password),
      spaces: !/\p{White_Space}/u.test(password),
      user: !contains(password, userName, SHORTEST_USER_NAME),
      domain: !contains(password, domain, 1) && !contains(password, domain.split(".")[0], SHORTEST_LABEL),
      match: password === again,
    };
    return rules(policy).filter((rule) => !kept[rule]);
  }

  // A whole number from 0 to below `limit`, each as likely: draws beyond the last full multiple are thrown away.
  function below(limit) {
    const drawn = new Uint32Array(1);
    const end = 2 ** 32 - (2 ** 32 % limit);
    do {
      crypto.getRandomValues(drawn);
    } while (drawn[0] >= end);
    return drawn[0] % limit;
  }

  const pick = (characters) => characters[below(characters.length)];

  function draw(length) {
    const every = CLASSES.join("");
    const password = CLASSES.map(pick);
    while (password.length < length) password.push(pick(every));
    for (let last = password.length - 1; last > 0; last--) {
      const other = below(last + 1);
      [password[last], password[other]] = [password[other], password[last]];
    }
    return password.join("");
  }

  // A random password that keeps every rule, with all four classes whatever the policy asks for.
  function generate(policy, userName, domain) {
    const length = Math.max(GENERATED_LENGTH, policy.min_length);
    for (let attempt = 0; attempt < 100; attempt++) {
      const password = draw(length);
      if (check(password, password, policy, userName, domain).length === 0) return password;
    }
    throw new Error("no password keeps these rules");
  }

  window.Passwords = Object.freeze({ check, generate });
})();
