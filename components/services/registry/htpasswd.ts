import * as bcrypt from "bcryptjs";

/** Bytes of a bcrypt salt. */
export const saltLength = 16;

/**
 * Cost for passwords with at least 128 bits of randomness. Stretching protects passwords that can be guessed; these
 * cannot, while the registry checks the hash again with every request of a push or a pull. It is also the cost at which the
 * registry checks the password of a name that it does not know, fixed in its program: with another, the time of an answer
 * would tell who has an account.
 */
export const generatedPasswordCost = 5;

/** bcrypt ignores what comes after. */
const maximumPasswordBytes = 72;

export interface HashArgs {
  password: string;
  /** Sixteen random bytes, base64, kept with the password: the same salt gives the same hash on every run. */
  salt: string;
  /** Two to the power of this many rounds, 4-31. */
  cost: number;
}

export interface HtpasswdEntry {
  name: string;
  hash: string;
}

/**
 * bcrypt hash in the form the registry accepts (`$2b$...`; it knows no other algorithm).
 * @throws when the password cannot be hashed whole, or salt or cost are no bcrypt parameters
 */
export function hashPassword({ password, salt, cost }: HashArgs): string {
  const bytes = Buffer.from(salt, "base64");
  if (bytes.length !== saltLength) throw new Error(`a bcrypt salt has ${saltLength} bytes, this one has ${bytes.length}`);
  if (!Number.isInteger(cost) || cost < 4 || cost > 31) {
    throw new Error(`a bcrypt cost is a whole number from 4 to 31, not ${cost}`);
  }
  checkPassword(password);
  const prefix = `$2b$${cost.toString().padStart(2, "0")}$`;
  return bcrypt.hashSync(password, prefix + bcrypt.encodeBase64(bytes, saltLength));
}

function checkPassword(password: string): void {
  if (password === "") throw new Error("a password is empty: choose one, or remove the user");
  if (bcrypt.truncates(password)) {
    throw new Error(
      `a password is longer than ${maximumPasswordBytes} bytes (UTF-8): bcrypt would ignore the rest and accept ` +
        "anything that begins alike; choose a shorter one",
    );
  }
  if (password.includes("\0")) {
    throw new Error("a password holds a NUL character, where implementations of bcrypt stop reading: remove it");
  }
}

/**
 * The file, one `name:hash` per line.
 * @throws when a name would break its line or stands there twice
 */
export function htpasswdFile(entries: HtpasswdEntry[]): string {
  const names = new Set<string>();
  for (const { name } of entries) {
    if (!/^[^\s:#][^\s:]*$/.test(name)) {
      throw new Error(`"${name}" cannot be a user's name: no white space, no ":", no leading "#"`);
    }
    if (names.has(name)) throw new Error(`the user "${name}" exists twice: every name needs one password`);
    names.add(name);
  }
  return entries.map(({ name, hash }) => `${name}:${hash}\n`).join("");
}
