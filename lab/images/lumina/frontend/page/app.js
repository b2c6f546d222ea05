"use strict";
const element = (id) => document.getElementById(id);
let token = localStorage.getItem("lumina-token");

async function call(method, path, body, again = true) {
  const response = await fetch("/api" + path, {
    method,
    headers: { "Content-Type": "application/json", ...(token ? { Authorization: "Bearer " + token } : {}) },
    body: body && JSON.stringify(body),
  });
  if (response.status === 401 && again) {
    await signIn();
    return call(method, path, body, false);
  }
  if (!response.ok) throw new Error((await response.json().catch(() => ({}))).error || "the server answers " + response.status);
  return response.status === 204 ? undefined : response.json();
}

/** A session for this browser, under a name that it keeps. */
async function signIn() {
  let name = localStorage.getItem("lumina-name");
  if (!name) localStorage.setItem("lumina-name", (name = "guest-" + crypto.randomUUID()));
  token = undefined;
  ({ token } = await call("POST", "/session", { name }, false));
  localStorage.setItem("lumina-token", token);
}

async function guarded(work) {
  try {
    element("error").hidden = true;
    await work();
  } catch (error) {
    element("error").textContent = error.message;
    element("error").hidden = false;
  }
}

async function show() {
  const items = (await call("GET", "/todos")).map(({ id, title, done }) => {
    const item = document.createElement("li");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: done, id: "todo-" + id });
    const label = Object.assign(document.createElement("label"), { textContent: title, htmlFor: box.id });
    const remove = Object.assign(document.createElement("button"), { textContent: "Remove", type: "button" });
    item.classList.toggle("done", done);
    box.addEventListener("change", () =>
      guarded(async () => {
        await call("PATCH", "/todos/" + id, { done: box.checked });
        await show();
      }),
    );
    remove.addEventListener("click", () =>
      guarded(async () => {
        await call("DELETE", "/todos/" + id);
        await show();
      }),
    );
    item.append(box, label, remove);
    return item;
  });
  element("todos").replaceChildren(...items);
}

element("add").addEventListener("submit", (event) => {
  event.preventDefault();
  guarded(async () => {
    await call("POST", "/todos", { title: element("title").value });
    element("title").value = "";
    await show();
  });
});
element("chat").addEventListener("submit", (event) => {
  event.preventDefault();
  guarded(async () => {
    element("answer").textContent = (await call("POST", "/chat", { message: element("message").value })).answer;
  });
});
guarded(show);
