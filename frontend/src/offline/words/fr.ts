import type { Words } from "./en";

const isOne = (count: number): boolean => count < 2;

export const words: Words = {
  offline:
    "Pas de connexion. Vous pouvez continuer à écrire : ce que vous faites noter est gardé ici et lu plus tard.",
  kept: (count) =>
    isOne(count)
      ? `${count} essai est gardé ici. Il sera envoyé dès que la connexion reviendra.`
      : `${count} essais sont gardés ici. Ils seront envoyés, dans l’ordre, dès que la connexion reviendra.`,
  sending: (count) => (isOne(count) ? `Envoi de ${count} essai…` : `Envoi de ${count} essais…`),
  lost: (count) =>
    isOne(count)
      ? `${count} essai n’est pas encore envoyé. Si vous vous déconnectez maintenant, il sera perdu.`
      : `${count} essais ne sont pas encore envoyés. Si vous vous déconnectez maintenant, ils seront perdus.`,
  anothers: (count) =>
    isOne(count)
      ? `${count} essai est gardé ici jusqu’à ce que son auteur se reconnecte.`
      : `${count} essais sont gardés ici jusqu’à ce que leur auteur se reconnecte.`,
  signIn: "Se connecter",
  sentAnybodys: "Ce qui a été écrit ici avant votre connexion est envoyé.",
  claim: "Était-ce vous ?",
  refused: (why) => `Un essai gardé ici n’a pas pu être accepté : ${why}`,
  sent: "Tout ce qui était gardé ici est envoyé.",
  sendNow: "Envoyer maintenant",
};
