/**
 * The contract of each port as named cases for any test runner, and stand-ins for tests.
 *
 * @module
 */

export type { ContractCase } from "./testing/contract_case.ts";
export { FastPasswordHasher } from "./testing/fast_password_hasher.ts";
export { RecordingEmailSender } from "./testing/recording_email_sender.ts";
export type { RecordedEmail } from "./testing/recording_email_sender.ts";
export { TestClock } from "./testing/test_clock.ts";
