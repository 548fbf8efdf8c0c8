import { type Html, html } from "./html.ts";
import type { MissingCode } from "./sentences.ts";

/** What a field is for; decides how browsers and password managers treat it. */
export type FieldPurpose =
  | "username"
  | "login-name"
  | "email"
  | "new-password"
  | "current-password"
  | "token";

/** One field of a form. */
export interface Field<Name extends string = string> {
  /** Its name in the form, and its id on the page. */
  readonly name: Name;
  /** What it is for. */
  readonly purpose: FieldPurpose;
  /** What a person reads; unused for a token, which nobody sees. */
  readonly label: string;
}

/** What a field shows. */
export interface FieldState {
  /** What was typed before; never shown for a password. */
  readonly value: string;
  /** What is wrong with it. */
  readonly problem: string | null;
}

type Attributes = Readonly<Record<string, string>>;

interface Purpose {
  readonly attributes: Attributes;
  readonly hint?: string;
  readonly missing?: MissingCode;
}

const TYPED_AS_IT_IS: Attributes = { autocapitalize: "none", spellcheck: "false" };

/** Autocomplete: WCAG 2.2, 1.3.5. No length limits: a browser would cut a pasted password without a word. */
const PURPOSES: Readonly<Record<FieldPurpose, Purpose>> = {
  "username": {
    attributes: { type: "text", autocomplete: "username", ...TYPED_AS_IT_IS },
    hint: "3 to 64 letters (a to z), digits, hyphens, underscores or full stops.",
    missing: "missing_username",
  },
  "login-name": {
    attributes: { type: "text", autocomplete: "username", inputmode: "email", ...TYPED_AS_IT_IS },
    missing: "missing_login_name",
  },
  "email": {
    attributes: { type: "email", autocomplete: "email", ...TYPED_AS_IT_IS },
    missing: "missing_email",
  },
  "new-password": {
    attributes: { type: "password", autocomplete: "new-password" },
    hint: "At least 15 characters. A few words that do not belong together are easy to keep in mind.",
    missing: "missing_password",
  },
  "current-password": {
    attributes: { type: "password", autocomplete: "current-password" },
    missing: "missing_password",
  },
  "token": { attributes: { type: "hidden" } },
};

/** What to say when nothing was entered; undefined for a field that nobody sees. */
export function missingCode({ purpose }: Field): MissingCode | undefined {
  return PURPOSES[purpose].missing;
}

/**
 * Shows a field with its label, its hint and what is wrong with it.
 *
 * @param field which
 * @param state what it shows
 */
export function fieldHtml({ name, purpose, label }: Field, { value, problem }: FieldState): Html {
  const { attributes, hint } = PURPOSES[purpose];
  const { type } = attributes;
  if (type === "hidden") return inputHtml({ type, name, value });
  const descriptions = [...(hint ? [`${name}-hint`] : []), ...(problem === null ? [] : [`${name}-error`])];
  const input = inputHtml({
    id: name,
    name,
    ...attributes,
    required: "",
    ...(descriptions.length === 0 ? {} : { "aria-describedby": descriptions.join(" ") }),
    ...(problem === null ? {} : { "aria-invalid": "true" }),
    ...(type === "password" ? {} : { value }),
  });
  return html`<div class="field">
<label for="${name}">${label}</label>
${hint ? html`<p class="hint" id="${name}-hint">${hint}</p>` : null}
${problem === null ? null : html`<p class="error" id="${name}-error">${problem}</p>`}
${input}
</div>`;
}

function inputHtml(attributes: Attributes): Html {
  return html`<input ${Object.entries(attributes).map(([name, value]) => html`${name}="${value}"`)}>`;
}
