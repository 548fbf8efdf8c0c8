/**
 * The contract of each port as named cases for any test runner, and stand-ins for tests.
 *
 * @module
 */

export type { ContractCase } from "./testing/contract_case.ts";
export { emailSenderCases } from "./testing/email_sender_cases.ts";
export type {
  EmailSenderCasesOptions,
  OpenedEmailSender,
  ReceivedEmail,
} from "./testing/email_sender_cases.ts";
export { FastPasswordHasher } from "./testing/fast_password_hasher.ts";
export { outboxQueueCases } from "./testing/outbox_queue_cases.ts";
export type { OpenedOutboxQueue, OutboxQueueCasesOptions } from "./testing/outbox_queue_cases.ts";
export { passwordHasherCases } from "./testing/password_hasher_cases.ts";
export { RecordingEmailSender } from "./testing/recording_email_sender.ts";
export type { RecordedEmail } from "./testing/recording_email_sender.ts";
export { TestClock } from "./testing/test_clock.ts";
export { throttleCases } from "./testing/throttle_cases.ts";
export type { ThrottleCasesOptions } from "./testing/throttle_cases.ts";
export { userStoreCases } from "./testing/user_store_cases.ts";
export type { UserStoreCasesOptions } from "./testing/user_store_cases.ts";
