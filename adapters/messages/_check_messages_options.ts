import { buildLinks, type MailLinks } from "./_build_links.ts";
import { checkFunction, checkOptionNames } from "./_check_options.ts";
import type { MessageOverrides, MessagesOptions } from "./message_options.ts";
import type { MailWording } from "./wording.ts";
import { ENGLISH } from "./wording/english.ts";
import { FRENCH } from "./wording/french.ts";
import { GERMAN } from "./wording/german.ts";

/** Options that were checked, each with its default. */
export interface MessageSettings {
  /** See {@link MessagesOptions.appName}. */
  readonly appName: string;
  /** Makes the links. */
  readonly links: MailLinks;
  /** See {@link MessagesOptions.contact}; null: nowhere. */
  readonly contact: string | null;
  /** See {@link MessagesOptions.locale}. */
  readonly locale: string;
  /** Every language there is, by its tag. */
  readonly wordings: ReadonlyMap<string, MailWording>;
  /** See {@link MessagesOptions.overrides}. */
  readonly overrides: MessageOverrides;
  /** See {@link MessagesOptions.clock}. */
  readonly clock: () => Date;
}

const KNOWN_OPTIONS = [
  "appName",
  "baseUrl",
  "links",
  "contact",
  "locale",
  "wordings",
  "overrides",
  "clock",
];

const KINDS = [
  "verification",
  "passwordReset",
  "invitation",
  "emailChange",
  "emailVerified",
  "passwordChanged",
  "accountDeleted",
  "addressInUse",
  "emailChanged",
  "usernameChanged",
];

const OWN_WORDINGS: Readonly<Record<string, MailWording>> = { en: ENGLISH, de: GERMAN, fr: FRENCH };

/** A subject with a longer name would be cut in every inbox. */
const MAX_APP_NAME_LENGTH = 64;

/**
 * Checks what mails are made from.
 *
 * @throws {TypeError} naming the option that is missing, does not exist or has the wrong type
 * @throws {RangeError} naming the option that is out of range
 */
export function checkMessagesOptions(options: MessagesOptions): MessageSettings {
  checkOptionNames(options, { known: KNOWN_OPTIONS, of: "createMessages" });
  const { appName, baseUrl, links, contact, locale = "en", wordings = {}, overrides = {}, clock } = options;
  checkAppName(appName);
  if (contact !== undefined) checkContact(contact);
  checkOptionNames(overrides, { known: KINDS, of: "overrides" });
  for (const [kind, override] of Object.entries(overrides)) checkFunction(`overrides.${kind}`, override);
  checkFunction("clock", clock);
  const all = new Map(Object.entries({ ...OWN_WORDINGS, ...wordings }));
  for (const [tag, wording] of all) checkWording(tag, wording);
  if (!all.has(locale)) throw new RangeError("locale must be a language that there are words in");
  return {
    appName,
    links: buildLinks(baseUrl, links),
    contact: contact ?? null,
    locale,
    wordings: all,
    overrides: { ...overrides },
    clock: clock ?? (() => new Date()),
  };
}

function checkAppName(appName: unknown): void {
  if (typeof appName !== "string") throw new TypeError("appName must be given: a string");
  const isShown = /\S/.test(appName) && !/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(appName);
  if (!isShown || appName.length > MAX_APP_NAME_LENGTH) {
    throw new RangeError(`appName must have 1 to ${MAX_APP_NAME_LENGTH} characters, none of them a control`);
  }
}

function checkContact(contact: unknown): void {
  if (typeof contact !== "string") throw new TypeError("contact must be a string");
  const isMailbox = /^[^\s@:<>"]+@[^\s@:<>"]+$/.test(contact);
  const isPage = URL.canParse(contact) && new URL(contact).protocol === "https:";
  if (!isMailbox && !isPage) throw new RangeError("contact must be an address of mail, or an https: address");
}

/** What the type checker would have said, for whoever has none. */
function checkWording(tag: string, wording: MailWording): void {
  if (!/^[a-z]{2,8}(?:-[a-z0-9]{1,8})*$/i.test(tag)) {
    throw new RangeError(`wordings: "${tag}" is not a BCP 47 tag`);
  }
  const missing = missingWord(ENGLISH, wording);
  if (missing !== null) throw new TypeError(`wordings.${tag} lacks ${missing}`);
}

function missingWord(model: object, words: unknown): string | null {
  if (typeof words !== "object" || words === null) return "every word";
  const given = new Map<string, unknown>(Object.entries(words));
  for (const [name, example] of Object.entries(model)) {
    const word = given.get(name);
    if (typeof word !== typeof example) return name;
    const inner = typeof example === "object" ? missingWord(example, word) : null;
    if (inner !== null) return `${name}.${inner}`;
  }
  return null;
}
