import { isUtf8 } from "node:buffer";

/** Bytes that are no text; the line (from 1) is that of the first wrong one. */
export interface NoText {
  line: number;
}

/** What a file's bytes say: UTF-8, or UTF-16 where its mark says so (as PowerShell writes with `>`). */
export function decode(bytes: Buffer): string | NoText {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString("utf16le", 2);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return swapped(bytes).toString("utf16le", 2);
  return isUtf8(bytes) ? bytes.toString("utf8") : { line: lineOfBreak(bytes) };
}

function swapped(bytes: Buffer): Buffer {
  return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2))).swap16();
}

/** A line break is one byte of UTF-8 and part of no other character, so the lines can be tried one by one. */
function lineOfBreak(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(10, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
  return line;
}
