import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import test from "node:test";
import { isUserHarborError, UserHarbor } from "@userharbor/core";
import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
import { MemoryUserStore } from "@userharbor/memory";
import {
  createPasswordPolicy,
  pwnedPasswords,
  type PwnedPasswordsOptions,
} from "@userharbor/password-policy";

const PASSWORD = "correct horse battery staple";
/** SHA-1 of it. */
const PREFIX = "ABF7A";
const REST = "AD6438836DBE526AA231ABDE2D0EEF74D42";
const OTHER = "0018A45C4D1DEF81644B54AB7F969B88D65";

const untyped = <T>(value: unknown): T => value as T;

interface Service {
  readonly baseUrl: string;
  readonly requests: {
    readonly url: string;
    readonly headers: IncomingMessage["headers"];
    readonly body: string;
  }[];
}

/** A service that answers as it is told, for as long as `use` runs. */
async function withService(
  answer: (response: ServerResponse) => void,
  use: (service: Service) => Promise<void>,
): Promise<void> {
  const requests: Service["requests"] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => body += chunk);
    request.on("end", () => {
      requests.push({ url: request.url ?? "", headers: request.headers, body });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  try {
    await use({ baseUrl: `http://127.0.0.1:${address.port}`, requests });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const respond = (text: string, status = 200) => (response: ServerResponse) => {
  response.writeHead(status, { "content-type": "text/plain" });
  response.end(text);
};

test("pwnedPasswords() sends five hex digits of the hash and asks for padding, nothing else of the password (R8)", async () => {
  await withService(respond(`${OTHER}:3\r\n${REST}:384\r\n`), async ({ baseUrl, requests }) => {
    assert.equal(await pwnedPasswords({ onFailure: "accept", baseUrl }).check(PASSWORD), "breached");
    assert.equal(
      await pwnedPasswords({ onFailure: "refuse", baseUrl: `${baseUrl}/m/` }).check(PASSWORD),
      "breached",
    );
    assert.deepEqual(requests.map(({ url }) => url), [`/range/${PREFIX}`, `/m/range/${PREFIX}`]);
    for (const { headers, body } of requests) {
      assert.equal(headers["add-padding"], "true");
      assert.equal(body, "");
      const written = JSON.stringify(headers).toLowerCase();
      for (const secret of [PASSWORD, "correct", REST.toLowerCase(), REST.slice(0, 8).toLowerCase()]) {
        assert.ok(!written.includes(secret), secret);
      }
    }
  });
});

test("pwnedPasswords() hashes the password as it was typed (R8)", async () => {
  const asked: string[] = [];
  const fetch = (url: string) => {
    asked.push(url);
    return Promise.resolve(new Response(`${OTHER}:1`));
  };
  const { check } = pwnedPasswords({ onFailure: "refuse", baseUrl: "https://mirror.example/", fetch });
  for (const password of [PASSWORD, ` ${PASSWORD}`, PASSWORD.toUpperCase(), "e\u0301", "\u00e9"]) {
    assert.equal(await check(password), "unbreached");
  }
  assert.equal(asked[0], `https://mirror.example/range/${PREFIX}`);
  assert.equal(new Set(asked).size, asked.length);
});

test("pwnedPasswords() counts breaches, and padding not at all (R8)", async () => {
  const cases: readonly (readonly [answer: string, threshold: number, verdict: string])[] = [
    [`${REST}:1`, 1, "breached"],
    [`${REST.toLowerCase()}:1\n`, 1, "breached"],
    [`${REST}:0\r\n${OTHER}:0\r\n`, 1, "unbreached"],
    [`${OTHER}:99`, 1, "unbreached"],
    [`${REST}:9`, 10, "unbreached"],
    [`${REST}:10`, 10, "breached"],
  ];
  for (const [answer, threshold, verdict] of cases) {
    const fetch = () => Promise.resolve(new Response(answer));
    const breachCheck = pwnedPasswords({ onFailure: "refuse", threshold, fetch });
    assert.equal(await breachCheck.check(PASSWORD), verdict, JSON.stringify([answer, threshold]));
  }
});

/** What a service does wrong. */
const FAILURES: Readonly<Record<string, (response: ServerResponse) => void>> = {
  "hangs before its answer": () => {},
  "hangs within its answer": (response) => {
    response.writeHead(200);
    response.write(`${OTHER}:1\r\n`);
  },
  "breaks off": (response) => {
    response.writeHead(200, { "content-length": "4000" });
    response.write(`${OTHER}:1\r\n`);
    setTimeout(() => response.destroy(), 20);
  },
  "answers 500": respond(`${REST}:9`, 500),
  "answers 429": respond("", 429),
  "answers 204": (response) => response.writeHead(204).end(),
  "answers nothing": respond(""),
  "answers a page": respond("<!doctype html><title>Welcome</title>"),
  "answers other lines among hashes": respond(`${OTHER}:1\r\nnonsense\r\n${REST}:9\r\n`),
  "answers a hash without a count": respond(`${REST}`),
  "answers a whole hash": respond(`${PREFIX}${REST}:9`),
  "answers a negative count": respond(`${REST}:-9`),
  "answers without end": (response) => {
    response.writeHead(200);
    const line = `${OTHER}:1\r\n`.repeat(2_000);
    const more = () => {
      while (!response.destroyed && response.write(line));
      if (!response.destroyed) response.once("drain", more);
    };
    more();
  },
  "redirects": (response) => response.writeHead(302, { location: "/elsewhere" }).end(),
};

test("pwnedPasswords() decides as it was told whenever the service fails, and tells of it without secrets (R8)", async () => {
  for (const [failure, answer] of Object.entries(FAILURES)) {
    await withService(answer, async ({ baseUrl, requests }) => {
      const errors: unknown[] = [];
      const options = { baseUrl, timeoutSeconds: 0.25, onError: (error: unknown) => void errors.push(error) };
      assert.equal(
        await pwnedPasswords({ ...options, onFailure: "accept" }).check(PASSWORD),
        "unbreached",
        failure,
      );
      assert.equal(
        await pwnedPasswords({ ...options, onFailure: "refuse" }).check(PASSWORD),
        "unchecked",
        failure,
      );
      assert.equal(errors.length, 2, failure);
      for (const error of errors) {
        assert.ok(error instanceof Error, failure);
        const told = `${error.message} ${error.stack} ${String(error.cause)} ${JSON.stringify(error)}`
          .toUpperCase();
        for (const secret of [PASSWORD.toUpperCase(), REST]) assert.ok(!told.includes(secret), failure);
      }
      assert.deepEqual([...new Set(requests.map(({ url }) => url))], [`/range/${PREFIX}`], failure);
    });
  }
});

test("pwnedPasswords() decides as it was told when nobody listens, and when fetch ignores its signal (R8)", async () => {
  let baseUrl = "";
  await withService(respond(""), (service) => {
    baseUrl = service.baseUrl;
    return Promise.resolve();
  });
  const deaf = { timeoutSeconds: 0.05, fetch: () => new Promise<Response>(() => {}) };
  for (const options of [{ baseUrl }, deaf, { fetch: () => Promise.reject(new TypeError("no network")) }]) {
    assert.equal(await pwnedPasswords({ ...options, onFailure: "accept" }).check(PASSWORD), "unbreached");
    assert.equal(await pwnedPasswords({ ...options, onFailure: "refuse" }).check(PASSWORD), "unchecked");
  }
});

test("pwnedPasswords() lets go of an answer that it refuses (R8)", async () => {
  let cancelled = 0;
  let signalled = 0;
  const fetch = (_: string, { signal }: RequestInit) => {
    signal?.addEventListener("abort", () => signalled++);
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
      cancel: () => void cancelled++,
    });
    return Promise.resolve(new Response(body));
  };
  assert.equal(await pwnedPasswords({ onFailure: "refuse", fetch }).check(PASSWORD), "unchecked");
  assert.deepEqual([cancelled, signalled], [1, 1]);
});

test("pwnedPasswords() decides although onError throws (R8)", async () => {
  const onError = () => {
    throw new Error("the log is full");
  };
  const fetch = () => Promise.reject(new Error("no network"));
  assert.equal(await pwnedPasswords({ onFailure: "accept", onError, fetch }).check(PASSWORD), "unbreached");
  assert.equal(await pwnedPasswords({ onFailure: "refuse", onError, fetch }).check(PASSWORD), "unchecked");
});

test("pwnedPasswords() refuses options that are wrong, naming them", () => {
  const onFailure = "accept";
  const wrong: readonly (readonly [options: object, error: typeof TypeError, name: RegExp])[] = [
    [{}, TypeError, /onFailure/],
    [{ onFailure: true }, TypeError, /onFailure/],
    [{ onFailure: "ignore" }, RangeError, /onFailure/],
    [{ onFailure, onError: "log" }, TypeError, /onError/],
    [{ onFailure, fetch: "curl" }, TypeError, /fetch/],
    [{ onFailure, threshold: "1" }, TypeError, /threshold/],
    [{ onFailure, threshold: 0 }, RangeError, /threshold/],
    [{ onFailure, threshold: 1.5 }, RangeError, /threshold/],
    [{ onFailure, timeoutSeconds: "2" }, TypeError, /timeoutSeconds/],
    [{ onFailure, timeoutSeconds: 0 }, RangeError, /timeoutSeconds/],
    [{ onFailure, timeoutSeconds: 2.1 }, RangeError, /timeoutSeconds/],
    [{ onFailure, timeoutSeconds: NaN }, RangeError, /timeoutSeconds/],
    [{ onFailure, baseUrl: new URL("https://mirror.example") }, TypeError, /baseUrl/],
    [{ onFailure, baseUrl: "mirror.example" }, RangeError, /baseUrl/],
    [{ onFailure, baseUrl: "ftp://mirror.example" }, RangeError, /baseUrl/],
    [{ onFailure, baseUrl: "https://mirror.example/?key=1" }, RangeError, /baseUrl/],
    [{ onFailure, baseUrl: "https://key@mirror.example/" }, RangeError, /baseUrl/],
    [{ onFailure, timeout: 1 }, TypeError, /timeout/],
  ];
  for (const [options, error, name] of wrong) {
    assert.throws(() => pwnedPasswords(untyped<PwnedPasswordsOptions>(options)), (thrown) => {
      assert.ok(thrown instanceof error);
      assert.match(thrown.message, name);
      return true;
    }, JSON.stringify(options));
  }
});

test("register() refuses a breached password, and an unchecked one if it was told to (R8)", async () => {
  const known = "seven quiet otters";
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-1", new TextEncoder().encode(known)));
  const hash = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("").toUpperCase();
  const emailSender = new RecordingEmailSender();
  const registration = { username: "ada", email: "ada@example.org", password: known };
  const open = (fetch: () => Promise<Response>) => {
    const breachCheck = pwnedPasswords({ onFailure: "refuse", fetch });
    const store = new MemoryUserStore();
    const passwordValidator = createPasswordPolicy({ breachCheck });
    return {
      store,
      harbor: new UserHarbor({
        store,
        emailSender,
        passwordHasher: new FastPasswordHasher(),
        passwordValidator,
      }),
    };
  };
  const breached = open(() => Promise.resolve(new Response(`${hash.slice(5)}:7`)));
  const unchecked = open(() => Promise.reject(new Error("no network")));
  for (const [{ harbor, store }, reason] of [[breached, "breached"], [unchecked, "unchecked"]] as const) {
    await assert.rejects(
      harbor.register(registration),
      (error) => isUserHarborError(error) && error.code === "weak_password" && error.reason === reason,
    );
    await harbor.settled();
    assert.equal(await store.getUserByUsername("ada"), null);
  }
  assert.deepEqual(emailSender.sent, []);
});
