/**
 * Reads the body of an answer, and no further than its limit.
 *
 * @param response an answer whose body nobody has read
 * @param maxBytes how much of it to take
 * @returns the whole body
 * @throws {Error} when it is larger; the rest is not read
 */
export async function readText({ body }: Response, maxBytes: number): Promise<string> {
  if (body === null) return "";
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    bytes += chunk.value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel();
      throw new Error(`Cannot read the answer: it has more than ${maxBytes} bytes`);
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
  return text + decoder.decode();
}
