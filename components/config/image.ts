import { splitImage } from "../../kubernetes/image";

/** What is wrong with an image reference, or undefined: its form, and that it names a fixed version. */
export function imageProblem(text: string): string | undefined {
  if (text === "") return "is empty";
  if (/\s/.test(text)) return "has white space in it";
  if (text.includes("://")) return "is a URL; an image reference has no scheme";
  const image = splitImage(text);
  if (!image) return /[A-Z]/.test(text.replace(/[:@].*$/, "")) ? "has capital letters in its name" : "is not an image reference";
  if (image.digest) return undefined;
  if (image.tag === undefined) return "has no tag, so its content changes without notice";
  if (image.tag === "latest") return "has the tag latest, so its content changes without notice";
  return undefined;
}
