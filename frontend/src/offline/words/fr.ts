/** The same in French. */

import type { Waiting } from "../outbox";
import type { Words } from "./en";

const plural = new Intl.PluralRules("fr");
const number = new Intl.NumberFormat("fr").format;
const list = new Intl.ListFormat("fr");
const isOne = (count: number): boolean => plural.select(count) === "one";
const several = (count: number, one: string, other: string): string[] =>
  count ? [`${number(count)} ${isOne(count) ? one : other}`] : [];
const things = ({ attempts, lines }: Waiting): string =>
  list.format([...several(attempts, "essai", "essais"), ...several(lines, "ligne", "lignes")]);
/** Ends of a participle, for one thing or several: feminine where there are only lines. */
const ending = ({ attempts, lines }: Waiting): string =>
  (attempts ? "" : "e") + (isOne(attempts + lines) ? "" : "s");
const isOneThing = ({ attempts, lines }: Waiting): boolean => isOne(attempts + lines);
const it = ({ attempts, lines }: Waiting): string =>
  (attempts ? "il" : "elle") + (isOne(attempts + lines) ? "" : "s");
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const words: Words = {
  offline:
    "Pas de connexion. Vous pouvez continuer à écrire : ce que vous écrivez est conservé sur cet appareil et sera noté plus tard.",
  waiting: (what) =>
    isOneThing(what)
      ? `${things(what)} est conservé${ending(what)} sur cet appareil. ${capital(it(what))} sera envoyé${ending(what)} dès que vous serez de nouveau en ligne.`
      : `${things(what)} sont conservé${ending(what)} sur cet appareil. ${capital(it(what))} seront envoyé${ending(what)} dès que vous serez de nouveau en ligne.`,
  sending: (what) => `Envoi de ${things(what)}…`,
  unsentAtSignOut: (what) =>
    isOneThing(what)
      ? `${things(what)} n’a pas encore été envoyé${ending(what)}. Si vous vous déconnectez maintenant, ${it(what)} sera perdu${ending(what)}.`
      : `${things(what)} n’ont pas encore été envoyé${ending(what)}. Si vous vous déconnectez maintenant, ${it(what)} seront perdu${ending(what)}.`,
  waitingOfOthers: (what) =>
    isOneThing(what)
      ? `${things(what)} est conservé${ending(what)} sur cet appareil jusqu’à ce que son auteur se reconnecte.`
      : `${things(what)} sont conservé${ending(what)} sur cet appareil jusqu’à ce que leurs auteurs se reconnectent.`,
  signIn: "Se connecter",
  guestAttemptsSent: "Ce qui a été écrit ici avant votre connexion a été envoyé.",
  claim: "Est-ce à vous ?",
  refused: (why) => `Quelque chose qui était conservé sur cet appareil a été refusé : ${why}`,
  whichWereMeant: (count) =>
    isOne(count)
      ? `${number(count)} essai a été envoyé après coup. Quel caractère vouliez-vous écrire ?`
      : `${number(count)} essais ont été envoyés après coup. Quels caractères vouliez-vous écrire ?`,
  choose: "Choisir",
  sent: "Tout ce qui était conservé a été envoyé.",
  sendNow: "Envoyer maintenant",
};
