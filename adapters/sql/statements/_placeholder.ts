/**
 * Fills a unique column of an account that has no value of its own there. Nobody can name it, since it is random and
 * never shown, a username has no `@`, and no mail reaches it: RFC 2606 §2 reserves the top-level domain.
 */
export function placeholder(): string {
  return `${crypto.randomUUID()}@unheld.invalid`;
}
