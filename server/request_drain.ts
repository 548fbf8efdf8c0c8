import { jsonAnswer } from "./answers.ts";

/**
 * Lets a server stop between requests. Stopping the listener alone would break off every request whose body has
 * not arrived yet.
 */
export class RequestDrain {
  readonly #underWay: Set<Promise<Response>> = new Set();
  #draining = false;

  /**
   * Has a request answered, unless the server is about to stop.
   *
   * @param request what came in
   * @param handle answers it
   */
  async answer(request: Request, handle: (request: Request) => Promise<Response>): Promise<Response> {
    if (this.#draining) return jsonAnswer(503, { detail: "The server is stopping", code: "unavailable" });
    const answer = handle(request);
    this.#underWay.add(answer);
    try {
      return await answer;
    } finally {
      this.#underWay.delete(answer);
    }
  }

  /** Refuses what comes from now on, and resolves when everything before is answered. */
  async drain(): Promise<void> {
    this.#draining = true;
    await Promise.allSettled(this.#underWay);
  }
}
