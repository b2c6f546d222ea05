/** A user of Lumina, over HTTPS by its name and under the platform's authority (NODE_EXTRA_CA_CERTS); runs inside the lab. */
import { Agent, request } from "node:https";

export interface Todo {
  id: number;
  title: string;
  done: boolean;
}

export class User {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  private token = "";

  constructor(private readonly url: string) {}

  async signIn(name: string): Promise<void> {
    ({ token: this.token } = await this.call<{ token: string }>("POST", "/api/session", { name }));
  }

  todos(): Promise<Todo[]> {
    return this.call("GET", "/api/todos");
  }

  add(title: string): Promise<Todo> {
    return this.call("POST", "/api/todos", { title });
  }

  async ask(message: string): Promise<string> {
    return (await this.call<{ answer: string }>("POST", "/api/chat", { message })).answer;
  }

  /** @throws Error unless the answer is one of success */
  call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers = { "content-type": "application/json", ...(this.token && { authorization: `Bearer ${this.token}` }) };
    return new Promise((resolve, reject) => {
      const asked = request(new URL(path, this.url), { method, headers, agent: this.agent, timeout: 10_000 }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () => {
          const status = response.statusCode ?? 0;
          if (status < 200 || status > 299) {
            return reject(new Error(`${method} ${path} answers ${status}: ${text.slice(0, 200)}`));
          }
          resolve((response.headers["content-type"]?.includes("json") ? JSON.parse(text) : text) as T);
        });
      });
      asked.on("timeout", () => asked.destroy(new Error(`${method} ${path}: no answer within 10 s`)));
      asked.on("error", reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
