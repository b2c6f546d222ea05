import { isIP } from "node:net";

/*
 * What AWS calls a name. Emulators take names that AWS refuses, and the program that was tried with one then fails in
 * the cloud. Each function tells what is wrong, or undefined.
 */

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export function bucketProblem(name: string): string | undefined {
  if (name.length < 3) return "is shorter than 3 characters";
  if (name.length > 63) return "is longer than 63 characters";
  if (/[A-Z]/.test(name)) return "has capital letters, which no bucket has";
  if (name.includes("_")) return "has an underscore, which no bucket has";
  if (!/^[a-z0-9.-]+$/.test(name)) return "has characters other than a-z, 0-9, '-' and '.'";
  if (!/^[a-z0-9].*[a-z0-9]$/.test(name)) return "does not begin and end with a letter or digit";
  if (name.includes("..")) return "has two dots in a row";
  if (isIP(name) !== 0) return "looks like an IP address";
  const prefix = ["xn--", "sthree-", "amzn-s3-demo-"].find((reserved) => name.startsWith(reserved));
  if (prefix !== undefined) return `begins with ${prefix}, which AWS keeps for itself`;
  const suffix = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"].find((reserved) => name.endsWith(reserved));
  return suffix === undefined ? undefined : `ends with ${suffix}, which AWS keeps for itself`;
}

export function repairBucket(name: string): string | undefined {
  const repaired = name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, "-")
    .replace(/\.{2,}/g, ".")
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "");
  return repaired !== name && bucketProblem(repaired) === undefined ? repaired : undefined;
}

/** Queues and topics: 1-80 and 1-256 characters; `.fifo` at the end makes a FIFO of it. */
export function queueProblem(name: string, longest = 80): string | undefined {
  if (name === "" || name === ".fifo") return "is empty";
  if (name.length > longest) return `is longer than ${longest} characters`;
  return /^[A-Za-z0-9_-]+(\.fifo)?$/.test(name)
    ? undefined
    : "has characters other than letters, digits, '-' and '_' (and .fifo at its end)";
}

export const topicProblem = (name: string): string | undefined => queueProblem(name, 256);

export function repairQueue(name: string): string | undefined {
  const fifo = name.endsWith(".fifo") ? ".fifo" : "";
  const stem = name
    .slice(0, name.length - fifo.length)
    .trim()
    .replace(/[^A-Za-z0-9_-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  const repaired = stem + fifo;
  return repaired !== name && queueProblem(repaired) === undefined ? repaired : undefined;
}

/** Tables: 3-255 characters. */
export function tableProblem(name: string): string | undefined {
  if (name.length < 3) return "is shorter than 3 characters";
  if (name.length > 255) return "is longer than 255 characters";
  return /^[A-Za-z0-9_.-]+$/.test(name) ? undefined : "has characters other than letters, digits, '-', '_' and '.'";
}

/** Attributes of a table's key: 1-255 characters; bounded to what needs no quoting. */
export function attributeProblem(name: string): string | undefined {
  return /^[A-Za-z0-9_.-]{1,255}$/.test(name) ? undefined : "is not 1-255 letters, digits, '-', '_' and '.'";
}

/** Secrets: 1-512 characters; AWS adds a dash and six characters to the ARN. */
export function secretNameProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name.length > 512) return "is longer than 512 characters";
  return /^[A-Za-z0-9/_+=.@-]+$/.test(name) ? undefined : "has characters other than letters, digits and /_+=.@-";
}

/** Parameters of the Systems Manager: letters, digits, `.-_`, with `/` between levels. */
export function parameterProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name.length > 1011) return "is longer than 1011 characters";
  if (!/^[A-Za-z0-9_./-]+$/.test(name)) return "has characters other than letters, digits and .-_/";
  if (name.includes("/") && !name.startsWith("/")) return "has levels and does not begin with '/'";
  if (/^\/?(aws|ssm)/i.test(name)) return "begins with aws or ssm, which AWS keeps for itself";
  return name.includes("//") || (name.endsWith("/") && name.length > 1) ? "has an empty level" : undefined;
}

export function regionProblem(name: string): string | undefined {
  return /^[a-z]{2}(-[a-z]+)+-\d$/.test(name) ? undefined : "is not a region of AWS";
}
