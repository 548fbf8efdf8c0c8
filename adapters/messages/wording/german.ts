import type { DurationUnit, MailWording } from "../wording.ts";

/** One, and more than one, as in "24 Stunden lang". */
const UNITS: Readonly<Record<DurationUnit, readonly [one: string, more: string]>> = {
  minute: ["Minute", "Minuten"],
  hour: ["Stunde", "Stunden"],
  day: ["Tag", "Tage"],
};

/** German, with the polite form of address. */
export const GERMAN: MailWording = {
  direction: "ltr",
  greeting: ({ username }) => `Guten Tag ${username},`,
  duration: (count, unit) => `${count} ${UNITS[unit][count === 1 ? 0 : 1]}`,
  expiry: (duration) => `Der Link gilt ${duration} lang und nur einmal.`,
  bareLink: "Falls das nicht geht, kopieren Sie diese Adresse in Ihren Browser:",
  askForPassword: "Neues Passwort anfordern",
  contact: (where) => `So erreichen Sie uns: ${where}`,
  verification: {
    subject: ({ appName }) => `Bestätigen Sie Ihre Adresse für ${appName}`,
    story: ({ appName, username }) =>
      `Jemand, hoffentlich Sie, hat sich bei ${appName} mit dieser Adresse unter dem Benutzernamen „${username}“ registriert. Waren Sie es? Dann bestätigen Sie Ihre Adresse.`,
    button: "Meine Adresse bestätigen",
    ifNotYou: () =>
      "Waren Sie es nicht, oder ist das nicht Ihr Benutzername, dann tun Sie nichts: Ohne diesen Link kann niemand das Konto benutzen, und es verfällt von selbst.",
  },
  passwordReset: {
    subject: ({ appName }) => `Neues Passwort für ${appName}`,
    story: ({ appName, username }) =>
      `Jemand, hoffentlich Sie, hat für Ihr Konto „${username}“ bei ${appName} ein neues Passwort angefordert. Waren Sie es? Dann legen Sie eines fest.`,
    button: "Neues Passwort festlegen",
    ifNotYou: () => "Waren Sie es nicht, dann tun Sie nichts: Ihr Passwort bleibt, wie es ist.",
  },
  invitation: {
    subject: ({ appName }) => `Ihr neues Konto bei ${appName}`,
    story: ({ appName, username }) =>
      `Für Sie wurde bei ${appName} mit dieser Adresse ein Konto unter dem Benutzernamen „${username}“ angelegt. Legen Sie Ihr Passwort fest, um es zu benutzen.`,
    button: "Mein Passwort festlegen",
    ifNotYou: () =>
      "Wissen Sie nicht, worum es geht, dann tun Sie nichts: Ohne diesen Link kann niemand das Konto benutzen.",
  },
  emailChange: {
    subject: ({ appName }) => `Bestätigen Sie Ihre neue Adresse für ${appName}`,
    story: ({ appName, username }) =>
      `Jemand, hoffentlich Sie, möchte Nachrichten zum Konto „${username}“ bei ${appName} an dieser Adresse erhalten. Waren Sie es? Dann bestätigen Sie die Adresse.`,
    button: "Diese Adresse bestätigen",
    ifNotYou: () =>
      "Waren Sie es nicht, oder ist das nicht Ihr Konto, dann tun Sie nichts: Es behält die Adresse, die es hat.",
  },
  emailVerified: {
    subject: ({ appName }) => `Ihre Adresse für ${appName} ist bestätigt`,
    story: ({ appName, username }) =>
      `Diese Adresse gehört jetzt zum Konto „${username}“ bei ${appName}. Sie können sich anmelden.`,
    ifNotYou: () =>
      "Falls Sie dieses Konto nicht eröffnet haben, fordern Sie mit dieser Adresse ein neues Passwort an: Damit wird das Konto Ihres, und alle anderen sind ausgesperrt.",
  },
  passwordChanged: {
    subject: ({ appName }) => `Ihr Passwort für ${appName} wurde geändert`,
    story: ({ appName, username }) =>
      `Ihr Konto „${username}“ bei ${appName} hat ein neues Passwort und wurde überall abgemeldet, wo das alte benutzt wurde.`,
    ifNotYou: () =>
      "Waren Sie es nicht, dann fordern Sie sofort ein neues Passwort an. Damit ist ausgesperrt, wer dieses geändert hat.",
  },
  accountDeleted: {
    subject: ({ appName }) => `Ihr Konto bei ${appName} wurde gelöscht`,
    story: ({ appName, username }) => `Ihr Konto „${username}“ bei ${appName} wurde gelöscht.`,
    ifNotYou: () =>
      "Waren Sie es nicht, dann kennt vielleicht jemand Ihr Passwort: Ändern Sie es überall, wo Sie es sonst benutzen, und geben Sie uns Bescheid.",
  },
  addressInUse: {
    subject: ({ appName }) => `Sie haben schon ein Konto bei ${appName}`,
    story: ({ appName, username }) =>
      `Jemand hat versucht, sich bei ${appName} mit dieser Adresse zu registrieren oder ein Konto auf sie umzustellen. Sie gehört zu Ihrem Konto „${username}“. Waren Sie es? Dann melden Sie sich an, oder fordern Sie ein neues Passwort an, falls Sie es vergessen haben.`,
    ifNotYou: () => "Waren Sie es nicht, dann ist nichts zu tun: Ihr Konto ist, wie es war.",
  },
  emailChanged: {
    subject: ({ appName }) => `Ihre Adresse für ${appName} wurde geändert`,
    story: ({ appName, username }) =>
      `Ihr Konto „${username}“ bei ${appName} hat jetzt eine andere E-Mail-Adresse. Diese hier gehört nicht mehr dazu.`,
    ifNotYou: () =>
      "Waren Sie es nicht, dann hat vielleicht jemand Ihr Konto übernommen: Geben Sie uns sofort Bescheid.",
  },
  usernameChanged: {
    subject: ({ appName }) => `Ihr Benutzername bei ${appName} wurde geändert`,
    story: ({ appName, username, earlierUsername }) =>
      `Ihr Konto „${earlierUsername}“ bei ${appName} heißt jetzt „${username}“. Melden Sie sich mit diesem Namen an.`,
    ifNotYou: () =>
      "Waren Sie es nicht, dann kennt vielleicht jemand Ihr Passwort: Fordern Sie sofort ein neues an. Damit ist ausgesperrt, wer es kennt.",
  },
};
