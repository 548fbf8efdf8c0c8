import assert from "node:assert/strict";

/** A form as a browser would send it. */
export interface ShownForm {
  readonly action: string;
  readonly button: string;
  /** Named fields and their values. */
  readonly fields: Readonly<Record<string, string>>;
}

/** A page as a browser shows it. */
export interface ShownPage {
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly title: string;
  readonly message: string;
  readonly forms: readonly ShownForm[];
}

/** A person with a browser that has no script: keeps cookies, follows links and redirects, fills in forms. */
export class Visitor {
  /** By name, as the server set them. */
  readonly cookies: Map<string, string> = new Map();
  readonly #handle: (request: Request) => Promise<Response>;
  readonly #origin: string;
  #page: ShownPage | undefined;

  /**
   * @param handle answers requests
   * @param origin where
   */
  constructor(handle: (request: Request) => Promise<Response>, origin: string) {
    this.#handle = handle;
    this.#origin = origin;
  }

  /** What is on the screen. */
  get page(): ShownPage {
    assert.ok(this.#page, "no page is open");
    return this.#page;
  }

  /** Opens a page by its address, and goes where it leads. */
  async open(href: string): Promise<ShownPage> {
    this.#page = await this.#load(new Request(new URL(href, this.#origin)));
    return this.#page;
  }

  /** Fills in the form with this button, and presses it. */
  async submit(button: string, typed: Readonly<Record<string, string>> = {}): Promise<ShownPage> {
    const form = this.page.forms.find((form) => form.button === button);
    assert.ok(form, `no button "${button}" on ${this.page.path}: ${this.page.title}`);
    for (const name of Object.keys(typed)) assert.ok(name in form.fields, `no field ${name}`);
    this.#page = await this.#load(this.post(form.action, { ...form.fields, ...typed }));
    return this.#page;
  }

  /** The request that sends a form. */
  post(path: string, fields: Readonly<Record<string, string>>): Request {
    return new Request(new URL(path, this.#origin), {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "sec-fetch-site": "same-origin",
        "origin": "null",
      },
      body: new URLSearchParams(fields).toString(),
    });
  }

  /** Sends one request with the cookies, and keeps those of the answer. */
  async send(request: Request): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    if (cookie !== "") request.headers.set("cookie", cookie);
    const response = await this.#handle(request);
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/; Max-Age=0(;|$)/.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  async #load(request: Request): Promise<ShownPage> {
    const { pathname, search } = new URL(request.url);
    const response = await this.send(request);
    const location = response.headers.get("location");
    if (location === null) return parse(pathname + search, response, await response.text());
    assert.equal(response.status, 303);
    // Only ever a path of its own: no answer leads elsewhere (R78).
    assert.match(location, /^\/[a-z]?[a-z/-]*$/);
    await response.body?.cancel();
    return await this.#load(new Request(new URL(location, this.#origin)));
  }
}

function parse(path: string, { status, headers }: Response, body: string): ShownPage {
  const main = /<main[^>]*>(.*)<\/main>/s.exec(body)?.[1] ?? "";
  const forms = [...main.matchAll(/<form method="post" action="([^"]*)"[^>]*>(.*?)<\/form>/gs)].map(
    ([, action = "", inner = ""]) => ({ action, button: textOf(inner, "button"), fields: fieldsOf(inner) }),
  );
  const message = /<div class="message[^>]*>(.*?)<\/div>/s.exec(main)?.[1] ?? "";
  return { path, status, headers, body, title: textOf(main, "h1"), message: plain(message), forms };
}

function fieldsOf(form: string): Record<string, string> {
  const inputs = [...form.matchAll(/<input\s([^>]*)>/g)].map(([, attributes = ""]) =>
    Object.fromEntries(
      [...attributes.matchAll(/([a-z-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    )
  );
  return Object.fromEntries(
    inputs.filter(({ name }) => name).map(({ name, value = "" }) => [name, plain(value)]),
  );
}

function textOf(markup: string, element: string): string {
  return plain(new RegExp(`<${element}[^>]*>(.*?)</${element}>`, "s").exec(markup)?.[1] ?? "");
}

function plain(markup: string): string {
  const characters: Record<string, string> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };
  const text = markup.replace(/<[^>]*>/g, " ").replace(
    /&([^;]+);/g,
    (entity, name) => characters[name] ?? entity,
  );
  return text.replace(/\s+/g, " ").trim();
}
