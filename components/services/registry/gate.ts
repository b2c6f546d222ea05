import { nginxBasics } from "../../builders";
import { ports } from "./configFile";

/*
 * What Traefik asks before it hands a request to the registry: nginx in the registry's pod. The registry checks a password anew with
 * every request, and that is costly by intention; so the gate lets pass at once what was right a while ago, and lets only few be
 * checked of what was not. It grants nothing: the registry checks whatever comes through.
 * https://nginx.org/en/docs/http/ngx_http_limit_req_module.html
 */

/** Answers the kubelet; whatever else is asked for, Traefik's path included, is taken for a question about the account. */
export const gateReadyPath = "/_gate";

/** Accounts that are not known to be right, a second: of one client, and of all. A person has few; a check is 2 ms of one core. */
const CHECKS = { ofOne: 5, ofAll: 50 };

/**
 * `nginx.conf`. Without an account everybody passes: the registry asks for one. A right account is remembered for ten minutes, then
 * asked about beside the answer, and kept where there is no answer to be had; never a wrong one.
 */
export function gateConfig(): string {
  return `${nginxBasics}
  limit_req_zone $http_x_forwarded_for zone=of-one:1m rate=${CHECKS.ofOne}r/s;
  limit_req_zone $server_port zone=of-all:32k rate=${CHECKS.ofAll}r/s;
  limit_req_log_level info;
  proxy_cache_path /tmp/right keys_zone=right:1m max_size=8m inactive=1h use_temp_path=off;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host $http_host;
  upstream check { server 127.0.0.1:${ports.check}; keepalive 8; }
  upstream registry { server 127.0.0.1:${ports.http}; keepalive 8; }
  server {
    listen ${ports.gate};
    large_client_header_buffers 8 32k;
    location = ${gateReadyPath} { return 204; }
    location / {
      if ($http_authorization = "") { return 204; }
      proxy_pass http://check/v2/;
      proxy_method GET;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_cache right;
      proxy_cache_key $http_authorization;
      proxy_cache_valid 200 10m;
      proxy_ignore_headers Cache-Control Expires Set-Cookie Vary X-Accel-Expires;
      proxy_cache_lock on;
      proxy_cache_background_update on;
      proxy_cache_use_stale updating error timeout http_429 http_500 http_502 http_503 http_504;
    }
  }
  server {
    listen 127.0.0.1:${ports.check};
    large_client_header_buffers 8 32k;
    limit_req zone=of-one burst=${2 * CHECKS.ofOne} nodelay;
    limit_req zone=of-all burst=${CHECKS.ofAll} nodelay;
    limit_req_status 429;
    location / { proxy_pass http://registry; }
  }
}
`;
}
