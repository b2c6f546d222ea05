/** Requests to the API server over kept-alive connections. */
import * as http from "node:http";
import * as https from "node:https";
import { ApiError, UnreachableError } from "./errors";
import type { Connection } from "./kubeconfig";

export interface RequestOptions {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  query?: Record<string, string>;
  body?: unknown;
  contentType?: string;
  accept?: string;
  signal?: AbortSignal;
}

/** How long a connection may take before the cluster counts as not answering, in milliseconds. */
const CONNECT_TIMEOUT = 5000;
const IN_PARALLEL = 16;

export class HttpClient {
  private readonly agent: http.Agent;
  private readonly base: URL;

  constructor(
    private readonly connection: Connection,
    private readonly requestTimeout: number,
  ) {
    this.base = new URL(connection.server);
    const options = { keepAlive: true, maxSockets: IN_PARALLEL };
    this.agent = this.base.protocol === "https:" ? new https.Agent({ ...options, ...connection.tls }) : new http.Agent(options);
  }

  /**
   * @returns the parsed JSON answer
   * @throws ApiError for an answer that is an error, UnreachableError if there is none
   */
  async json<Answer>(path: string, options: RequestOptions = {}): Promise<Answer> {
    const { status, body } = await this.send(path, options, true);
    if (status >= 200 && status < 300) return JSON.parse(body) as Answer;
    throw statusError(status, body);
  }

  private send(path: string, options: RequestOptions, again: boolean): Promise<{ status: number; body: string }> {
    const url = new URL(this.base.pathname.replace(/\/$/, "") + path, this.base);
    for (const [key, value] of Object.entries(options.query ?? {})) url.searchParams.set(key, value);
    const payload = options.body === undefined ? undefined : JSON.stringify(options.body);
    return new Promise((resolve, reject) => {
      const request = (url.protocol === "https:" ? https : http).request(url, {
        agent: this.agent,
        method: options.method ?? "GET",
        signal: options.signal,
        headers: {
          accept: options.accept ?? "application/json",
          "user-agent": "homelab-lab-kubernetes-provider",
          ...this.connection.headers,
          ...(payload === undefined
            ? {}
            : {
                "content-type": options.contentType ?? "application/json",
                "content-length": Buffer.byteLength(payload),
              }),
        },
      });
      request.once("socket", (socket) => {
        if (!socket.connecting) return;
        const timer = setTimeout(
          () => request.destroy(new Error(`${url.host} did not answer within ${CONNECT_TIMEOUT / 1000} s`)),
          CONNECT_TIMEOUT,
        );
        const ready = url.protocol === "https:" ? "secureConnect" : "connect";
        socket.once(ready, () => clearTimeout(timer));
        socket.once("close", () => clearTimeout(timer));
      });
      if (this.requestTimeout > 0) {
        request.setTimeout(this.requestTimeout, () =>
          request.destroy(new Error(`no answer within ${this.requestTimeout / 1000} s`)),
        );
      }
      request.once("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", reject);
        response.once("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }));
      });
      request.once("error", (error: NodeJS.ErrnoException) => {
        if (options.signal?.aborted) return reject(error);
        // The server may have closed an idle connection just when it was used again: nothing was handled.
        if (again && request.reusedSocket && ["ECONNRESET", "EPIPE"].includes(error.code ?? "")) {
          return resolve(this.send(path, options, false));
        }
        reject(new UnreachableError(`${options.method ?? "GET"} ${url.origin}${url.pathname}: ${error.message}`));
      });
      request.end(payload);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

function statusError(status: number, body: string): ApiError {
  try {
    const answer = JSON.parse(body) as {
      reason?: string;
      message?: string;
      details?: { kind?: string; name?: string };
    };
    if (typeof answer.message === "string") {
      return new ApiError(status, answer.reason ?? "", answer.message, answer.details ?? {});
    }
  } catch {
    // Not a Status object: a proxy's page, or plain text.
  }
  return new ApiError(status, "", `the API server answered with HTTP ${status}: ${body.slice(0, 200).trim()}`);
}
