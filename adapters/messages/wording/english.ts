import type { MailWording } from "../wording.ts";

/** English. */
export const ENGLISH: MailWording = {
  direction: "ltr",
  greeting: ({ username }) => `Hello ${username},`,
  duration: (count, unit) => `${count} ${unit}${count === 1 ? "" : "s"}`,
  expiry: (duration) => `The link works for ${duration}, and only once.`,
  bareLink: "If that does not work, copy this address into your browser:",
  askForPassword: "Ask for a new password",
  contact: (where) => `You can reach us here: ${where}`,
  verification: {
    subject: ({ appName }) => `Verify your address for ${appName}`,
    story: ({ appName, username }) =>
      `Somebody, hopefully you, registered at ${appName} with this address, under the username “${username}”. Was it you? Then verify your address.`,
    button: "Verify my address",
    ifNotYou: () =>
      "If it was not you, or if that is not your username, do nothing: without this link nobody can use the account, and it goes away by itself.",
  },
  passwordReset: {
    subject: ({ appName }) => `Set a new password for ${appName}`,
    story: ({ appName, username }) =>
      `Somebody, hopefully you, asked for a new password for your account “${username}” at ${appName}. Was it you? Then set one.`,
    button: "Set a new password",
    ifNotYou: () => "If it was not you, do nothing: your password stays as it is.",
  },
  invitation: {
    subject: ({ appName }) => `Your new account at ${appName}`,
    story: ({ appName, username }) =>
      `An account at ${appName} was made for you, with this address, under the username “${username}”. Choose your password to use it.`,
    button: "Choose my password",
    ifNotYou: () =>
      "If you do not know what this is about, do nothing: without this link nobody can use the account.",
  },
  emailChange: {
    subject: ({ appName }) => `Confirm your new address for ${appName}`,
    story: ({ appName, username }) =>
      `Somebody, hopefully you, wants mail for the account “${username}” at ${appName} to come to this address. Was it you? Then confirm it.`,
    button: "Confirm this address",
    ifNotYou: () =>
      "If it was not you, or if that is not your account, do nothing: it keeps the address that it has.",
  },
  emailVerified: {
    subject: ({ appName }) => `Your address for ${appName} is verified`,
    story: ({ appName, username }) =>
      `This address now belongs to the account “${username}” at ${appName}. You can log in.`,
    ifNotYou: () =>
      "If you did not open this account, ask for a new password with this address: that makes the account yours and shuts everybody else out.",
  },
  passwordChanged: {
    subject: ({ appName }) => `Your password for ${appName} was changed`,
    story: ({ appName, username }) =>
      `Your account “${username}” at ${appName} has a new password, and was logged out wherever the old one was used.`,
    ifNotYou: () =>
      "If it was not you, ask for a new password at once. That shuts out whoever changed this one.",
  },
  accountDeleted: {
    subject: ({ appName }) => `Your account at ${appName} was deleted`,
    story: ({ appName, username }) => `Your account “${username}” at ${appName} was deleted.`,
    ifNotYou: () =>
      "If it was not you, somebody may know your password: change it wherever else you use it, and tell us.",
  },
  addressInUse: {
    subject: ({ appName }) => `You have an account at ${appName} already`,
    story: ({ appName, username }) =>
      `Somebody tried to register at ${appName} with this address, or to move an account to it. It belongs to your account “${username}”. Was it you? Then log in; if you forgot the password, ask for a new one.`,
    ifNotYou: () => "If it was not you, there is nothing to do: your account is as it was.",
  },
  emailChanged: {
    subject: ({ appName }) => `Your address for ${appName} was changed`,
    story: ({ appName, username }) =>
      `Your account “${username}” at ${appName} has another e-mail address now. This one no longer belongs to it.`,
    ifNotYou: () => "If it was not you, somebody may have taken over your account: tell us at once.",
  },
  usernameChanged: {
    subject: ({ appName }) => `Your username at ${appName} was changed`,
    story: ({ appName, username, earlierUsername }) =>
      `Your account “${earlierUsername}” at ${appName} is called “${username}” now. Log in with that name.`,
    ifNotYou: () =>
      "If it was not you, somebody may know your password: ask for a new one at once. That shuts them out.",
  },
};
