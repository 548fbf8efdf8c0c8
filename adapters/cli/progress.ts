import type { CommandIo } from "./command_io.ts";

/** Tells whoever watches how far long work has come: one line that changes. */
export class Progress {
  readonly #stderr: CommandIo["stderr"];
  readonly #isShown: boolean;
  #length = 0;

  /**
   * @param stderr takes the line
   * @param isShown false: nobody watches, and nothing is told
   */
  constructor(stderr: CommandIo["stderr"], isShown: boolean) {
    this.#stderr = stderr;
    this.#isShown = isShown;
  }

  /** Replaces the line. */
  tell(text: string): void {
    if (!this.#isShown) return;
    this.#stderr(`\r${text.padEnd(this.#length)}`);
    this.#length = text.length;
  }

  /** Lets the line stand, whatever comes next. */
  end(): void {
    if (this.#length > 0) this.#stderr("\n");
    this.#length = 0;
  }
}
