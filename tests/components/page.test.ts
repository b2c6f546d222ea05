import assert from "node:assert/strict";
import { renderPage, sections } from "../../components/services/page/html";
import { recordPlatform } from "./fixtures";
import { assertGraph } from "./graph";
import { object, objects } from "./objects";
import { plain, rootCertificatePem } from "./recorder";

async function served(change: Parameters<typeof recordPlatform>[0] = () => {}) {
  const run = await recordPlatform((config) => {
    config.page.enabled = true;
    change(config);
  });
  assertGraph(run);
  const files = object(run, "ConfigMap", "platform-page", "platform");
  return { run, files: plain(files.data) as Record<string, string> };
}

describe("the page", () => {
  it("is not there until it is switched on", async () => {
    const run = await recordPlatform();
    assert.equal(run.outputs.pageUrl, undefined);
    assert.ok(!objects(run, "Namespace").some(({ metadata }) => metadata.name === "platform"));
  });

  it("links what is on, and says the next steps", async () => {
    const { run, files } = await served((config) => {
      config.localstack.enabled = true;
      config.registry.ui.enabled = false;
    });
    assert.equal(run.outputs.pageUrl, "https://platform.example.test");
    const links = [...files["index.html"]!.matchAll(/href="([^"]+)"/g)].map(([, link]) => link);
    assert.deepEqual(links, ["https://registry.example.test", "https://localstack.example.test", "/homelab-ca.crt"]);
    assert.match(files["index.html"]!, /<h2>Log in and push<\/h2>\n<pre>pulumi stack output registryPassword/);
    assert.ok((run.outputs.hostsFile as string).includes("platform.example.test"));
  });

  it("offers the authority's certificate where there is one, and no secret", async () => {
    const { run, files } = await served();
    assert.equal(files["homelab-ca.crt"], rootCertificatePem);
    assert.ok(!JSON.stringify(files).includes(String(plain(run.outputs.registryPassword))));
    const bare = await served((config) => {
      config.certificates = { mode: "selfSigned" };
    });
    assert.deepEqual(Object.keys(bare.files).sort(), ["index.html", "nginx.conf"]);
    assert.doesNotMatch(bare.files["index.html"]!, /homelab-ca\.crt/);
  });

  it("shows text as text", () => {
    const html = renderPage({
      domain: "<b>",
      links: [{ title: 'a"b', url: "https://x" }],
      steps: ["1 < 2:\n  a && b"],
      certificate: false,
    });
    assert.match(html, /<h1>&lt;b&gt;<\/h1>/);
    assert.match(html, /<b>a&quot;b<\/b>/);
    assert.match(html, /<h2>1 &lt; 2<\/h2>\n<pre>a &amp;&amp; b<\/pre>/);
  });

  it("begins a section with each line that is not indented", () => {
    assert.deepEqual(sections(["Names:\n  a\n    b\n", "Words\n\nMore:\n  c"]), [
      { title: "Names", commands: ["a", "  b"] },
      { title: "Words", commands: [] },
      { title: "More", commands: ["c"] },
    ]);
  });
});
