/**
 * URL TODO SCREENSHOT: Debian's Chromium opens Lumina's page, adds the todo by the page's own form, asks the bot and takes a
 * picture. Runs inside the lab; trust comes from the certificate database in $HOME. Prints JSON: {"todos", "answer", "secure"}.
 */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Duplex } from "node:stream";

const [url = "", todo = "", screenshot = ""] = process.argv.slice(2);

interface Message {
  id?: number;
  method?: string;
  params?: { [name: string]: unknown };
  result?: { [name: string]: unknown };
  error?: { message: string };
}

/** The browser's DevTools protocol over a pipe: JSON messages, each ended by a zero byte. */
class Browser {
  private readonly answers = new Map<number, (message: Message) => void>();
  private next = 0;

  constructor(
    private readonly to: Duplex,
    from: Duplex,
  ) {
    let rest = "";
    from.setEncoding("utf8").on("data", (chunk: string) => {
      const parts = (rest + chunk).split("\0");
      rest = parts.pop() ?? "";
      for (const part of parts) this.take(JSON.parse(part) as Message);
    });
  }

  private take(message: Message): void {
    if (message.id === undefined) return;
    this.answers.get(message.id)?.(message);
    this.answers.delete(message.id);
  }

  ask(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    const id = ++this.next;
    return new Promise((resolve, reject) => {
      this.answers.set(id, ({ result, error }) =>
        error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result ?? {}),
      );
      this.to.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
    });
  }
}

async function visit(browser: Browser): Promise<object> {
  const { targetId } = await browser.ask("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await browser.ask("Target.attachToTarget", { targetId, flatten: true });
  const page = (method: string, params: object = {}) => browser.ask(method, params, String(sessionId));
  const evaluate = async <T>(expression: string): Promise<T> => {
    const answer = await page("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    const { result, exceptionDetails } = answer as { result: { value: T }; exceptionDetails?: { text: string } };
    if (exceptionDetails) throw new Error(`in the page: ${exceptionDetails.text}`);
    return result.value;
  };
  const until = async (expression: string): Promise<void> => {
    for (let left = 100; !(await evaluate<boolean>(expression)); left -= 1) {
      if (left === 0) {
        throw new Error(`the page never came to: ${expression}\n${await evaluate<string>("document.body.innerText")}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  /** Types and presses Enter, as a person does. */
  const type = async (field: string, text: string): Promise<void> => {
    await evaluate(`document.getElementById(${JSON.stringify(field)}).focus()`);
    await page("Input.insertText", { text });
    for (const kind of ["keyDown", "keyUp"]) {
      await page("Input.dispatchKeyEvent", { type: kind, key: "Enter", code: "Enter", windowsVirtualKeyCode: 13, text: "\r" });
    }
  };

  await page("Emulation.setDeviceMetricsOverride", { width: 900, height: 620, deviceScaleFactor: 1, mobile: false });
  const { errorText } = (await page("Page.navigate", { url })) as { errorText?: string };
  if (errorText) throw new Error(`${url}: ${errorText}`);
  await until(
    "document.readyState === 'complete' && document.title === 'Lumina Todo' && localStorage.getItem('lumina-token') !== null",
  );
  await type("title", todo);
  await until(`[...document.querySelectorAll("#todos li label")].some((item) => item.textContent === ${JSON.stringify(todo)})`);
  await type("message", "What is next?");
  await until(`document.getElementById("answer").textContent !== ""`);
  const { data } = await page("Page.captureScreenshot", { format: "png" });
  writeFileSync(screenshot, Buffer.from(String(data), "base64"));
  return {
    todos: await evaluate<string[]>(`[...document.querySelectorAll("#todos li label")].map((item) => item.textContent)`),
    answer: await evaluate<string>(`document.getElementById("answer").textContent`),
    secure: await evaluate<boolean>("isSecureContext && location.protocol === 'https:'"),
  };
}

const chromium = spawn(
  "chromium",
  [
    "--headless=new",
    // Without a sandbox of its own: the tests run as root.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    `--user-data-dir=${join(process.env.HOME ?? "", "profile")}`,
    "--remote-debugging-pipe",
  ],
  { stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"] },
);
let complaints = "";
chromium.stderr!.on("data", (chunk: Buffer) => (complaints += chunk.toString()));

function end(code: number, words: string): void {
  (code === 0 ? process.stdout : process.stderr).write(`${words}\n`);
  chromium.once("close", () => process.exit(code));
  if (!chromium.kill()) process.exit(code);
}

chromium.on("error", (error) => end(1, `chromium could not be started: ${error.message}`));
visit(new Browser(chromium.stdio[3] as Duplex, chromium.stdio[4] as Duplex)).then(
  (seen) => end(0, JSON.stringify(seen)),
  (error: Error) => end(1, `${error.message}\n${complaints.slice(-2000)}`),
);
