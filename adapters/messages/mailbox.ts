/** Who a mail is from, or whom an answer goes to. */
export interface Mailbox {
  /** What people read; undefined: the address alone. */
  readonly name: string | undefined;
  /** `local@domain`. */
  readonly address: string;
}

/** RFC 5322 atoms, parted by single dots, at a domain in ASCII: what every service takes unquoted. */
const ADDRESS = /^[\w!#$%&'*+\-/=?^`{|}~]+(?:\.[\w!#$%&'*+\-/=?^`{|}~]+)*@[a-z\d](?:[a-z\d.-]*[a-z\d])?$/i;

/** RFC 5321, 4.5.3.1.3. */
const MAX_LENGTH = 254;

/** In a header these have to stand in quotes. */
const SPECIAL = /[()<>[\]:;@\\,."]/;

/**
 * Reads a mailbox strictly: one address, and a name that cannot be taken for another.
 *
 * @param option as the caller spells it
 * @param value `accounts@example.org` or `Example <accounts@example.org>`
 * @throws {TypeError} when it is no string
 * @throws {RangeError} when it is no mailbox, or several
 */
export function readMailbox(option: string, value: unknown): Mailbox {
  if (typeof value !== "string") {
    throw new TypeError(`${option} must be given: such as Example <accounts@example.org>`);
  }
  const [, name, bracketed] = /^([^<>"\\]*)<([^<>]+)>$/.exec(value) ?? [];
  const address = bracketed ?? value;
  const isSafe = !/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(value);
  if (!isSafe || !ADDRESS.test(address) || address.length > MAX_LENGTH) {
    throw new RangeError(`${option} must be one address, such as Example <accounts@example.org>`);
  }
  return { name: name?.trim() || undefined, address };
}

/**
 * Writes a mailbox for services that take it as one string, quoted where it must be.
 *
 * @param mailbox as it was read
 */
export function writeMailbox({ name, address }: Mailbox): string {
  if (name === undefined) return address;
  return `${SPECIAL.test(name) ? `"${name}"` : name} <${address}>`;
}
