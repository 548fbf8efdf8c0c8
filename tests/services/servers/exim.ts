import { chownSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import process from "node:process";
import {
  asUser,
  freePort,
  makeServerFolder,
  removeServerFolder,
  run,
  ServerProcess,
  withoutServer,
} from "./_process.ts";

const SERVER = "/usr/sbin/exim4";
const OPENSSL = "/usr/bin/openssl";

/** Whom Debian's exim runs as. */
const USER = "Debian-exim";

/** Why tests of exim cannot run. */
export const withoutExim: string | false = withoutServer(
  [SERVER, OPENSSL],
  "apt-get install -y --no-install-recommends exim4-daemon-light openssl",
);

/** Who may send. */
export const EXIM_LOGIN = { user: "mailer", password: "s3cret/with:signs" } as const;

/** A mail as it lies in the mailbox: what went to the server, and the envelope that it came in. */
export interface KeptMail {
  /** Names it. */
  readonly file: string;
  readonly to: string;
  readonly source: string;
}

/** One private exim: takes mail from whoever logs in over TLS, and keeps each in a file. */
export class EximServer implements AsyncDisposable {
  /** Where it asks for STARTTLS. */
  readonly port: number;
  /** Where TLS begins at once. */
  readonly tlsPort: number;
  /** PEM of the authority that signed the certificate it shows, which is for `localhost`. */
  readonly certificate: string;
  readonly #folder: string;
  readonly #process: ServerProcess;

  private constructor(ports: readonly [number, number], folder: string) {
    [this.port, this.tlsPort] = ports;
    this.#folder = folder;
    this.certificate = readFileSync(join(folder, "authority.pem"), "utf8");
    this.#process = new ServerProcess(
      asUser(USER, [SERVER, "-bdf", "-q1m", "-C", join(folder, "exim.conf")]),
    );
  }

  static async start(): Promise<EximServer> {
    const folder = makeServerFolder("exim");
    const ports = [await freePort(), await freePort()] as const;
    await makeCertificate(folder);
    writeFileSync(join(folder, "exim.conf"), configuration(folder, ports));
    if (process.getuid?.() === 0) {
      const [uid, gid] = [Number(await run(["id", "-u", USER])), Number(await run(["id", "-g", USER]))];
      for (const path of [folder, ...readdirSync(folder).map((name) => join(folder, name))]) {
        chownSync(path, uid, gid);
      }
    }
    const server = new EximServer(ports, folder);
    await server.#process.ready(() => greeting(server.port));
    return server;
  }

  /** Every mail that it delivered so far. */
  kept(): readonly KeptMail[] {
    const folder = join(this.#folder, "mail", "new");
    if (!existsSync(folder)) return [];
    return readdirSync(folder).map((file) => {
      const source = readFileSync(join(folder, file), "latin1");
      return { file, to: /^Envelope-to: (.*)$/m.exec(source)?.[1] ?? "", source };
    });
  }

  /** The mails that it delivered since; waits until there are so many, for it delivers after it answered. */
  async arrived(before: readonly KeptMail[], count: number): Promise<readonly KeptMail[]> {
    const known = new Set(before.map(({ file }) => file));
    let mails: readonly KeptMail[] = [];
    await this.#process.ready(() => {
      mails = this.kept().filter(({ file }) => !known.has(file));
      if (mails.length >= count) return Promise.resolve();
      return Promise.reject(new Error(`${mails.length} of ${count} mails arrived`));
    });
    return mails;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop(this.#pidFile);
    removeServerFolder(this.#folder);
  }

  get #pidFile(): string {
    return join(this.#folder, "exim.pid");
  }
}

async function makeCertificate(folder: string): Promise<void> {
  const make = [OPENSSL, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"];
  const [authority, authorityKey] = [join(folder, "authority.pem"), join(folder, "authority-key.pem")];
  await run([...make, "-subj", "/CN=authority", "-keyout", authorityKey, "-out", authority]);
  await run([
    ...make,
    ...["-subj", "/CN=localhost", "-CA", authority, "-CAkey", authorityKey],
    ...["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"],
    ...["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")],
  ]);
}

/** Resolves when the server says who it is. */
function greeting(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("error", reject);
    socket.once("data", () => {
      socket.end("QUIT\r\n");
      resolve();
    });
  });
}

function configuration(folder: string, [port, tlsPort]: readonly [number, number]): string {
  return `
spool_directory = ${folder}/spool
log_file_path = syslog
pid_file_path = ${folder}/exim.pid
primary_hostname = mail.test
daemon_smtp_ports = ${port} : ${tlsPort}
tls_on_connect_ports = ${tlsPort}
local_interfaces = 127.0.0.1
deliver_drop_privilege = true
smtputf8_advertise_hosts = *
tls_advertise_hosts = *
tls_certificate = ${folder}/cert.pem
tls_privatekey = ${folder}/key.pem
auth_advertise_hosts = \${if def:tls_in_cipher {*}{}}
acl_smtp_rcpt = acl_rcpt
host_lookup =
rfc1413_query_timeout = 0s
smtp_accept_max = 50
smtp_accept_queue_per_connection = 0
message_size_limit = 1M
keep_environment =
begin acl
acl_rcpt:
  deny local_parts = nosuchuser
       message = 550 5.1.1 no such user
  defer local_parts = greylisted
       message = 451 4.7.1 try later
  accept authenticated = *
  deny message = 530 5.7.0 Authentication required
begin routers
all:
  driver = accept
  transport = maildrop
begin transports
maildrop:
  driver = appendfile
  directory = ${folder}/mail
  maildir_format
  create_directory
  user = ${USER}
  envelope_to_add
begin retry
* * F,1m,1s
begin authenticators
plain_server:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{${EXIM_LOGIN.user}}}{eq{$auth3}{${EXIM_LOGIN.password}}}}}
  server_set_id = $auth2
`;
}
