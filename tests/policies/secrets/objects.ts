/** Random text and the objects that hold it, as people write them. */

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
export const HEX = "0123456789abcdef";
const ALL = `${LETTERS}${LETTERS.toUpperCase()}0123456789`;
let seed = 20261121;

/** Random text, the same in every run. */
export function random(length: number, alphabet = ALL): string {
  return Array.from({ length }, () => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return alphabet[Math.floor((seed / 2 ** 31) * alphabet.length)];
  }).join("");
}

export const base64 = (text: string) => Buffer.from(text).toString("base64");
export const word = () => `${random(6, LETTERS)}${random(6)}7`;
export const pem = (kind: string) => `-----BEGIN ${kind}-----\n${random(64)}\n-----END ${kind}-----\n`;

type Content = Record<string, unknown>;
export const object = (apiVersion: string, kind: string, content: Content) => ({
  apiVersion,
  kind,
  metadata: { name: "o" },
  ...content,
});
export const pod = (container: Content) =>
  object("v1", "Pod", { spec: { containers: [{ name: "c", image: "i:1", ...container }] } });
export const env = (name: string, value: string) => pod({ env: [{ name, value }] });
export const args = (...list: string[]) => pod({ args: list });
export const file = (name: string, text: string) => object("v1", "ConfigMap", { data: { [name]: text } });
export const values = (content: Content) => object("helm.sh/v4", "Chart", { values: content });
