import { nginx, nginxBasics, nginxFile } from "../../builders";
import { port, type FlavorRun } from "./flavors";

/*
 * What stands in the emulator's pod between Traefik, which only ends TLS, and the emulator: nginx. It passes requests and answers
 * on byte for byte, which Traefik's HTTP routes do not, and closes the paths by which anyone could stop, reset or reconfigure the
 * emulator. https://nginx.org/en/docs/http/ngx_http_proxy_module.html
 */

export const gatewayPort = 4567;
export const gatewayFile = nginxFile;
/** Answers the kubelet; no bucket can have such a name. */
const readyPath = "/_gateway";

export interface GatewayArgs {
  flavor: Pick<FlavorRun, "control" | "queueUrls">;
  host: string;
  /** The port that clients use. */
  routerPort: number;
  /** Whether browsers are told to come by HTTPS only. */
  hsts: boolean;
}

/** Operations of SQS whose answers hold a queue's URL. */
const QUEUE_URLS = ["CreateQueue", "GetQueueUrl", "ListQueues", "ListDeadLetterSourceQueues"];

/**
 * `nginx.conf`. Paths are compared decoded and cleaned, and passed on as they came: with `proxy_pass` to a bare upstream nginx
 * sends the request line that it got.
 */
export function gatewayConfig({ flavor, host, routerPort, hsts }: GatewayArgs): string {
  const authority = routerPort === 443 ? host : `${host}:${routerPort}`;
  const closed = flavor.control.prefixes.map((prefix) => `    location ^~ ${prefix} { return 404; }`);
  const open = flavor.control.open.map(
    (path) => `    location = ${path} { if ($request_method !~ "^(GET|HEAD)$") { return 404; } proxy_pass http://emulator; }`,
  );
  // Only where nothing of a client's own is in the answer.
  const queueUrls =
    flavor.queueUrls === "http"
      ? `
    location = / {
      error_page 418 = @queue-urls;
      if ($http_x_amz_target ~ "^AmazonSQS\\.(${QUEUE_URLS.join("|")})$") { return 418; }
      proxy_pass http://emulator;
    }
    location @queue-urls {
      proxy_pass http://emulator;
      proxy_set_header Host $http_host;
      proxy_set_header Connection "";
      proxy_set_header Accept-Encoding "";
      sub_filter_types *;
      sub_filter_once off;
      sub_filter "http://${authority}/" "https://${authority}/";
    }`
      : "";
  return `${nginxBasics}
  upstream emulator { server 127.0.0.1:${port}; keepalive 32; }
  server {
    listen ${gatewayPort};
    client_max_body_size 0;
    large_client_header_buffers 8 32k;
    underscores_in_headers on;
    ignore_invalid_headers off;
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header Connection "";
    proxy_pass_header Server;
    proxy_pass_header Date;
    proxy_buffering off;
    proxy_request_buffering off;
    proxy_read_timeout 900s;
    proxy_send_timeout 900s;${hsts ? '\n    add_header Strict-Transport-Security "max-age=31536000" always;' : ""}
    location = ${readyPath} { return 204; }
${[...closed, ...open].join("\n")}${queueUrls}
    location / { proxy_pass http://emulator; }
  }
}
`;
}

/** The container, and the folder for temporary files that it writes to. */
export function gateway(image: string, configMap: string) {
  return nginx({ name: "gateway", image, configMap, port: gatewayPort, readyPath });
}
