import type { MailWording } from "./wording.ts";

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 24 * HOUR_MINUTES;

/**
 * Says how long something still works, in the largest unit that there are two of; never more than it is, but for
 * the seconds that a mail takes.
 *
 * @param milliseconds until it ends
 * @param wording in which language
 */
export function durationInWords(milliseconds: number, { duration }: MailWording): string {
  const minutes = Math.max(1, Math.round(milliseconds / MINUTE_MS));
  if (minutes >= 2 * DAY_MINUTES) return duration(Math.floor(minutes / DAY_MINUTES), "day");
  if (minutes >= 2 * HOUR_MINUTES) return duration(Math.floor(minutes / HOUR_MINUTES), "hour");
  return minutes === HOUR_MINUTES ? duration(1, "hour") : duration(minutes, "minute");
}
