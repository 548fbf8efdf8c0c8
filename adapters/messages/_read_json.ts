/** A refusal is a few words; more is not read. */
const MAX_BYTES = 65_536;

/**
 * Reads the body of an answer as JSON, and no further than its limit.
 *
 * @param response an answer whose body nobody has read
 * @returns what it holds; undefined when it is too long or no JSON
 */
export async function readJson({ body }: Response): Promise<unknown> {
  if (body === null) return undefined;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    bytes += chunk.value.byteLength;
    if (bytes > MAX_BYTES) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
  try {
    return JSON.parse(text + decoder.decode());
  } catch {
    return undefined;
  }
}
