/** The same in French. */

import type { Words } from "./en";

const plural = new Intl.PluralRules("fr");
const number = new Intl.NumberFormat("fr").format;
const isOne = (count: number): boolean => plural.select(count) === "one";

export const words: Words = {
  offline:
    "Pas de connexion. Vous pouvez continuer à écrire : vos essais sont conservés sur cet appareil et seront notés plus tard.",
  waiting: (count) =>
    isOne(count)
      ? `${number(count)} essai est conservé sur cet appareil. Il sera envoyé dès que vous serez de nouveau en ligne.`
      : `${number(count)} essais sont conservés sur cet appareil. Ils seront envoyés dès que vous serez de nouveau en ligne.`,
  sending: (count) =>
    isOne(count) ? `Envoi de ${number(count)} essai…` : `Envoi de ${number(count)} essais…`,
  unsentAtSignOut: (count) =>
    isOne(count)
      ? `${number(count)} essai n’a pas encore été envoyé. Si vous vous déconnectez maintenant, il sera perdu.`
      : `${number(count)} essais n’ont pas encore été envoyés. Si vous vous déconnectez maintenant, ils seront perdus.`,
  waitingOfOthers: (count) =>
    isOne(count)
      ? `${number(count)} essai est conservé sur cet appareil jusqu’à ce que son auteur se reconnecte.`
      : `${number(count)} essais sont conservés sur cet appareil jusqu’à ce que leurs auteurs se reconnectent.`,
  signIn: "Se connecter",
  guestAttemptsSent: "Les essais écrits ici avant votre connexion ont été envoyés.",
  claim: "Sont-ils les vôtres ?",
  refused: (why) => `Un essai conservé sur cet appareil a été refusé : ${why}`,
  whichWereMeant: (count) =>
    isOne(count)
      ? `${number(count)} essai a été envoyé après coup. Quel caractère vouliez-vous écrire ?`
      : `${number(count)} essais ont été envoyés après coup. Quels caractères vouliez-vous écrire ?`,
  choose: "Choisir",
  sent: "Tous les essais conservés ont été envoyés.",
  sendNow: "Envoyer maintenant",
};
