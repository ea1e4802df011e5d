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
  sent: "Tout ce qui était gardé ici est envoyé.",
  sendNow: "Envoyer maintenant",
};
