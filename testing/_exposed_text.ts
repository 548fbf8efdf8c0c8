/** Errors of some HTTP clients drag their sockets along; what a log would print is near. */
const MAX_OBJECTS = 10_000;

const decoder = new TextDecoder();

/**
 * Everything a log could print of a value: messages, stacks, causes, properties of all kinds and buffers.
 *
 * @param value usually what a promise rejected with
 * @returns the texts found, one per line
 */
export function exposedText(value: unknown): string {
  const found: unknown[] = [value];
  const seen = new Set<unknown>();
  const texts: string[] = [];
  for (const next of found) {
    if (typeof next !== "object" && typeof next !== "function" || next === null) {
      texts.push(String(next));
    } else if (!seen.has(next) && seen.size < MAX_OBJECTS) {
      seen.add(next);
      found.push(...partsOf(next));
    }
  }
  return texts.join("\n");
}

function partsOf(object: object): unknown[] {
  if (ArrayBuffer.isView(object)) return [decoder.decode(object)];
  if (object instanceof ArrayBuffer) return [decoder.decode(object)];
  const members = object instanceof Map || object instanceof Set ? [...object.entries()].flat() : [];
  const properties = Reflect.ownKeys(object).flatMap((
    key,
  ) => [key, readable(() => Reflect.get(object, key))]);
  return [
    ...members,
    ...properties,
    readable(() => String(object)),
    readable(() => JSON.stringify(object)),
    object instanceof Error ? object.stack : "",
  ];
}

/** Some properties throw when they are read; a log prints nothing of them either. */
function readable(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return "";
  }
}
