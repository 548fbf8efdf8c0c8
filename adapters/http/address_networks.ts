import { type IpAddress, parseIpAddress } from "@userharbor/core";

interface Network {
  readonly bytes: readonly number[];
  /** How many leading bits an address shares with it. */
  readonly bits: number;
}

/** A list of networks, as an operator writes them. */
export class AddressNetworks {
  readonly #networks: readonly Network[];

  /**
   * Reads the list once.
   *
   * @param list addresses and networks such as `10.0.0.0/8`
   * @throws {TypeError} when it is not a list of strings
   * @throws {RangeError} for an entry that is no network, or all of them
   */
  constructor(list: readonly string[]) {
    if (!Array.isArray(list)) throw new TypeError("trustedProxies must be a list of networks");
    this.#networks = list.map(readNetwork);
  }

  /** Whether an address lies in one of them. */
  includes({ bytes }: IpAddress): boolean {
    return this.#networks.some((network) =>
      network.bytes.length === bytes.length && hasSameStart(network, bytes)
    );
  }
}

function readNetwork(text: unknown): Network {
  if (typeof text !== "string") throw new TypeError("trustedProxies must be a list of networks");
  const [, written = "", length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = parseIpAddress(written);
  if (address === null) throw notANetwork(text);
  const { bytes } = address;
  // In IPv6 an address of IPv4 begins after 96 bits, and so does whatever network of them is written so.
  const mappedBits = bytes.length === 4 && written.includes(":") ? 96 : 0;
  const bits = length === undefined ? 8 * bytes.length : Number(length) - mappedBits;
  const network = { bytes, bits };
  if (bits < 1 || bits > 8 * bytes.length || !hasNoHost(network)) throw notANetwork(text);
  return network;
}

/** All addresses would be a proxy that everybody is behind, and whatever a client sends would be believed. */
function notANetwork(text: string): RangeError {
  return new RangeError(
    `trustedProxies must hold addresses, or networks such as 10.0.0.0/8 without bits beyond their length, not "${text}"`,
  );
}

function hasNoHost({ bytes, bits }: Network): boolean {
  return bytes.every((byte, index) => (byte & ~maskOf(bits, index)) === 0);
}

function hasSameStart(network: Network, bytes: readonly number[]): boolean {
  return network.bytes.every((byte, index) =>
    ((byte ^ (bytes[index] ?? 0)) & maskOf(network.bits, index)) === 0
  );
}

/** The bits of one byte that belong to a network of that many. */
function maskOf(bits: number, index: number): number {
  const own = Math.min(Math.max(bits - 8 * index, 0), 8);
  return 0xff & (0xff << (8 - own));
}
