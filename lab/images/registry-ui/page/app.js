// The page behind the registry's API: repositories first, the tags of one when it is opened, each tag's manifest then.
const { pullHost, delete: mayDelete } = document.body.dataset;
const host = pullHost || location.host;
const pageSize = 200;

/** Manifest types, the ones that name several platforms last. https://github.com/opencontainers/image-spec */
const manifestTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
].join(", ");

const byId = (id) => document.getElementById(id);
const byVersion = new Intl.Collator("en", { numeric: true });
const repositories = [];
let next;

class RegistryError extends Error {}

/** Asks the registry; a failure becomes a sentence for the reader. */
async function ask(path, options = {}) {
  let answer;
  try {
    // Made absolute, because a page opened as https://user:password@host may not fetch relative to that address.
    answer = await fetch(new URL(path, location.origin), options);
  } catch {
    throw new RegistryError("The page's server does not answer. Is it still running?");
  }
  if (answer.ok) return answer;
  const reasons = {
    401: "The registry wants an account. Press Refresh and sign in with your user name and password.",
    403: "This account may not see that.",
    404: "The registry no longer has that. Press Refresh.",
    405: "Deleting is switched off for this registry.",
    502: "The registry does not answer. It may be starting; press Refresh in a moment.",
  };
  throw new RegistryError(reasons[answer.status] ?? `The registry answered with status ${answer.status}.`);
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function notify(problem) {
  byId("notice").hidden = !problem;
  byId("notice").textContent = problem ?? "";
}

function formatSize(bytes) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (bytes >= 1000 && unit < units.length - 1) {
    bytes /= 1000;
    unit += 1;
  }
  return `${unit === 0 || bytes >= 100 ? Math.round(bytes) : bytes.toFixed(1)} ${units[unit]}`;
}

/** Starts anew with the first page of the catalogue. */
async function reload() {
  repositories.length = 0;
  next = `/v2/_catalog?n=${pageSize}`;
  await loadMore();
}

async function loadMore() {
  notify();
  byId("count").textContent = "Loading…";
  try {
    const answer = await ask(next);
    repositories.push(...((await answer.json()).repositories ?? []));
    // Link: </v2/_catalog?last=z&n=200>; rel="next"
    const link = /<([^>]+)>/.exec(answer.headers.get("Link") ?? "")?.[1];
    next = link && new URL(link, location.href);
    next = next && next.pathname + next.search;
    byId("more").hidden = !next;
    show();
  } catch (error) {
    byId("count").textContent = "";
    if (!(error instanceof RegistryError)) throw error;
    notify(error.message);
  }
}

/** Lists the repositories that contain what was typed. */
function show() {
  const wanted = byId("filter").value.trim().toLowerCase();
  const matching = repositories.filter((name) => name.toLowerCase().includes(wanted)).sort(byVersion.compare);
  const total = `${repositories.length}${next ? "+" : ""}`;
  byId("count").textContent = wanted
    ? `${matching.length} of ${total}`
    : repositories.length === 1 && !next
      ? "1 repository"
      : `${total} repositories`;
  const empty = wanted ? `No repository contains “${wanted}”.` : `Nothing here yet. Push an image: docker push ${host}/NAME:TAG`;
  byId("repositories").replaceChildren(
    ...(matching.length ? matching.map(repository) : [element("p", { className: "empty", textContent: empty })]),
  );
}

function repository(name) {
  const note = element("span", { className: "tags" });
  const inside = element("div", { className: "scroll" });
  const details = element("details", {}, element("summary", { textContent: name }), inside);
  details.firstChild.append(note);
  details.addEventListener("toggle", () => details.open && fill(name, note, inside));
  return details;
}

async function fill(name, note, inside) {
  inside.replaceChildren(element("p", { className: "note", textContent: "Loading…" }));
  try {
    const tags = ((await (await ask(`/v2/${name}/tags/list`)).json()).tags ?? []).sort((a, b) => byVersion.compare(b, a));
    note.textContent = tags.length === 1 ? "1 tag" : `${tags.length} tags`;
    if (tags.length === 0) {
      inside.replaceChildren(element("p", { className: "note", textContent: "No tags: everything in it was deleted." }));
      return;
    }
    const body = element("tbody", {}, ...tags.map((tag) => row(name, tag, () => fill(name, note, inside))));
    const heads = ["Tag", "Size", "Digest", "Pull"].map((text) =>
      element("th", { textContent: text, scope: "col", className: text === "Size" ? "size" : "" }),
    );
    inside.replaceChildren(element("table", {}, element("thead", {}, element("tr", {}, ...heads)), body));
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    inside.replaceChildren(element("p", { className: "note", textContent: error.message }));
  }
}

function row(name, tag, refill) {
  const size = element("td", { className: "size", textContent: "…" });
  const digest = element("td", { className: "digest" });
  const command = `docker pull ${host}/${name}:${tag}`;
  const copy = element("button", { type: "button", textContent: "Copy" });
  copy.setAttribute("aria-label", `Copy ${command}`);
  copy.addEventListener("click", () => copyText(copy, command));
  const actions = element("div", {}, element("code", { textContent: command, title: command }), copy);
  describe(name, tag)
    .then((image) => {
      size.textContent = formatSize(image.size);
      if (image.platforms) size.title = `${image.platforms} platforms together`;
      digest.textContent = `${image.digest.slice(0, 19)}…`;
      digest.title = image.digest;
      if (mayDelete === "true") actions.append(deleteButton(name, tag, image.digest, refill));
    })
    .catch((error) => {
      size.textContent = "unknown";
      size.title = error.message;
    });
  return element(
    "tr",
    {},
    element("td", { textContent: tag, title: tag }),
    size,
    digest,
    element("td", { className: "pull" }, actions),
  );
}

/** Digest and size of what a tag names; an image for several platforms has the size of all of them. */
async function describe(name, reference) {
  const answer = await ask(`/v2/${name}/manifests/${reference}`, { headers: { Accept: manifestTypes } });
  const manifest = await answer.json();
  const digest = answer.headers.get("Docker-Content-Digest") ?? reference;
  if (!manifest.manifests) {
    const parts = [manifest.config, ...(manifest.layers ?? [])];
    return { digest, size: parts.reduce((sum, part) => sum + (part?.size ?? 0), 0) };
  }
  const images = await Promise.all(manifest.manifests.map((one) => describe(name, one.digest)));
  return { digest, size: images.reduce((sum, image) => sum + image.size, 0), platforms: images.length };
}

function deleteButton(name, tag, digest, refill) {
  const button = element("button", { type: "button", textContent: "Delete" });
  button.addEventListener("click", async () => {
    if (!confirm(`Delete ${name}:${tag}, and every other tag of the same image?`)) return;
    try {
      await ask(`/v2/${name}/manifests/${digest}`, { method: "DELETE" });
      await refill();
    } catch (error) {
      notify(error.message);
    }
  });
  return button;
}

/** The clipboard is there on HTTPS only; elsewhere the command is selected for the reader to copy. */
async function copyText(button, text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    setTimeout(() => {
      button.textContent = "Copy";
    }, 1500);
  } else {
    getSelection().selectAllChildren(button.previousSibling);
  }
}

byId("host").textContent = host;
byId("filter").addEventListener("input", show);
byId("reload").addEventListener("click", reload);
byId("more").addEventListener("click", loadMore);
reload();
