import type { DurationUnit, MailWording } from "../wording.ts";

/** Zero and one are singular in French, but there is no zero here. */
const UNITS: Readonly<Record<DurationUnit, readonly [one: string, more: string]>> = {
  minute: ["minute", "minutes"],
  hour: ["heure", "heures"],
  day: ["jour", "jours"],
};

/** French, with the polite form of address. */
export const FRENCH: MailWording = {
  direction: "ltr",
  greeting: ({ username }) => `Bonjour ${username},`,
  duration: (count, unit) => `${count} ${UNITS[unit][count === 1 ? 0 : 1]}`,
  expiry: (duration) => `Le lien est valable pendant ${duration}, et une seule fois.`,
  bareLink: "Si cela ne fonctionne pas, copiez cette adresse dans votre navigateur\u00a0:",
  askForPassword: "Demander un nouveau mot de passe",
  contact: (where) => `Pour nous joindre\u00a0: ${where}`,
  verification: {
    subject: ({ appName }) => `Confirmez votre adresse pour ${appName}`,
    story: ({ appName, username }) =>
      `Quelqu’un, vous sans doute, s’est inscrit sur ${appName} avec cette adresse, sous le nom d’utilisateur «\u00a0${username}\u00a0». Était-ce vous\u00a0? Alors confirmez votre adresse.`,
    button: "Confirmer mon adresse",
    ifNotYou: () =>
      "Si ce n’était pas vous, ou si ce nom n’est pas le vôtre, ne faites rien\u00a0: sans ce lien, personne ne peut utiliser le compte, et il disparaîtra de lui-même.",
  },
  passwordReset: {
    subject: ({ appName }) => `Nouveau mot de passe pour ${appName}`,
    story: ({ appName, username }) =>
      `Quelqu’un, vous sans doute, a demandé un nouveau mot de passe pour votre compte «\u00a0${username}\u00a0» sur ${appName}. Était-ce vous\u00a0? Alors choisissez-en un.`,
    button: "Choisir un nouveau mot de passe",
    ifNotYou: () => "Si ce n’était pas vous, ne faites rien\u00a0: votre mot de passe reste inchangé.",
  },
  invitation: {
    subject: ({ appName }) => `Votre nouveau compte sur ${appName}`,
    story: ({ appName, username }) =>
      `Un compte a été créé pour vous sur ${appName} avec cette adresse, sous le nom d’utilisateur «\u00a0${username}\u00a0». Choisissez votre mot de passe pour l’utiliser.`,
    button: "Choisir mon mot de passe",
    ifNotYou: () =>
      "Si vous ne savez pas de quoi il s’agit, ne faites rien\u00a0: sans ce lien, personne ne peut utiliser le compte.",
  },
  emailChange: {
    subject: ({ appName }) => `Confirmez votre nouvelle adresse pour ${appName}`,
    story: ({ appName, username }) =>
      `Quelqu’un, vous sans doute, souhaite recevoir à cette adresse les messages concernant le compte «\u00a0${username}\u00a0» sur ${appName}. Était-ce vous\u00a0? Alors confirmez l’adresse.`,
    button: "Confirmer cette adresse",
    ifNotYou: () =>
      "Si ce n’était pas vous, ou si ce compte n’est pas le vôtre, ne faites rien\u00a0: il garde l’adresse qu’il a.",
  },
  emailVerified: {
    subject: ({ appName }) => `Votre adresse pour ${appName} est confirmée`,
    story: ({ appName, username }) =>
      `Cette adresse appartient désormais au compte «\u00a0${username}\u00a0» sur ${appName}. Vous pouvez vous connecter.`,
    ifNotYou: () =>
      "Si vous n’avez pas ouvert ce compte, demandez un nouveau mot de passe avec cette adresse\u00a0: le compte sera alors le vôtre, et personne d’autre n’y aura accès.",
  },
  passwordChanged: {
    subject: ({ appName }) => `Votre mot de passe pour ${appName} a été modifié`,
    story: ({ appName, username }) =>
      `Votre compte «\u00a0${username}\u00a0» sur ${appName} a un nouveau mot de passe et a été déconnecté partout où l’ancien servait.`,
    ifNotYou: () =>
      "Si ce n’était pas vous, demandez tout de suite un nouveau mot de passe. La personne qui a modifié celui-ci n’aura plus accès au compte.",
  },
  accountDeleted: {
    subject: ({ appName }) => `Votre compte sur ${appName} a été supprimé`,
    story: ({ appName, username }) => `Votre compte «\u00a0${username}\u00a0» sur ${appName} a été supprimé.`,
    ifNotYou: () =>
      "Si ce n’était pas vous, quelqu’un connaît peut-être votre mot de passe\u00a0: changez-le partout où vous l’utilisez, et prévenez-nous.",
  },
  addressInUse: {
    subject: ({ appName }) => `Vous avez déjà un compte sur ${appName}`,
    story: ({ appName, username }) =>
      `Quelqu’un a essayé de s’inscrire sur ${appName} avec cette adresse, ou d’y rattacher un compte. Elle appartient à votre compte «\u00a0${username}\u00a0». Était-ce vous\u00a0? Alors connectez-vous, ou demandez un nouveau mot de passe si vous avez oublié le vôtre.`,
    ifNotYou: () => "Si ce n’était pas vous, il n’y a rien à faire\u00a0: votre compte est tel qu’il était.",
  },
  emailChanged: {
    subject: ({ appName }) => `Votre adresse pour ${appName} a été modifiée`,
    story: ({ appName, username }) =>
      `Votre compte «\u00a0${username}\u00a0» sur ${appName} a maintenant une autre adresse e-mail. Celle-ci ne lui appartient plus.`,
    ifNotYou: () =>
      "Si ce n’était pas vous, quelqu’un s’est peut-être emparé de votre compte\u00a0: prévenez-nous tout de suite.",
  },
  usernameChanged: {
    subject: ({ appName }) => `Votre nom d’utilisateur sur ${appName} a été modifié`,
    story: ({ appName, username, earlierUsername }) =>
      `Votre compte «\u00a0${earlierUsername}\u00a0» sur ${appName} s’appelle désormais «\u00a0${username}\u00a0». Connectez-vous avec ce nom.`,
    ifNotYou: () =>
      "Si ce n’était pas vous, quelqu’un connaît peut-être votre mot de passe\u00a0: demandez-en tout de suite un nouveau. Cette personne n’aura plus accès au compte.",
  },
};
