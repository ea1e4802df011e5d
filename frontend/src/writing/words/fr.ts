/** The same in French. */

import type { Words } from "./en";

const either = new Intl.ListFormat("fr", { type: "disjunction" });
const listed = (characters: readonly string[]): string => either.format(characters);

export const words: Words = {
  tryAgain: "Réessayer",
  seeItWritten: "Voir le tracé",
  notThis: (character) => `Pas ${character} ?`,

  readsAs: (characters, legibility) => `Cela se lit ${listed(characters)} (${legibility}).`,
  didYouMean: (characters) => `Vouliez-vous écrire ${listed(characters)} ?`,
  yesMeant: (character) => `Oui, ${character}`,
  noMeant: (character) => `Non, je voulais ${character}`,
  otherScript: (script) => `Vous avez choisi « ${script} » : ce caractère n’était donc pas attendu.`,

  side: "Côte à côte",
  over: "Sur le vôtre",
  view: "Affichage",
  yours: "Le vôtre",
  replay: "Revoir",
  previousStroke: "Trait précédent",
  nextStroke: "Trait suivant",
  overLegend: "Le modèle en rouge, ajusté à la taille de votre caractère",

  earlier: "Vos essais précédents",
  first: "Premier",
  best: "Meilleur",
  latest: "Dernier",
  earlierScore: (labels, legibility) => `${labels.join(" · ")} : ${legibility}`,

  challenge: (legibility, toBeat) => {
    if (legibility > toBeat) return `Défi relevé : ${legibility} contre ${toBeat}.`;
    return legibility === toBeat
      ? `Égalité : ${toBeat} partout.`
      : `${legibility} pour l’instant. La note à battre est ${toBeat}.`;
  },
  challengeBack: "Copier un lien pour défier en retour",
  copied: "Copié.",

  offers: "Caractères correspondants",

  unknownText: "Voici les plus proches. Est-ce l’un d’eux ?",
  candidate: (character, legibility) => `${character}, obtiendrait ${legibility}`,
  lookalike: (character, of, legibility) => `${character}, ressemble à ${of}, obtiendrait ${legibility}`,
  other: "Un autre caractère",
  otherButton: "Choisir",

  meant: "Vous vouliez écrire",
  howToWrite: "Comment l’écrire",
  exemplarScore: (legibility) => `Écrit à la main, note ${legibility}`,
  moreAbout: (character) => `En savoir plus sur ${character}`,
  delete: "Supprimer",

  offerExemplar: "Montrer en exemple",
  offerExemplarMeans:
    "Une fois approuvé par notre équipe, il apparaît sur la page du caractère, sans votre nom. Vous pouvez le retirer à tout moment.",
  withdrawExemplar: "Retirer",
  exemplarStates: {
    offered: "Proposé en exemple. Notre équipe va l’examiner.",
    approved: "Montré en exemple aux autres.",
    refused: "Notre équipe a décidé de ne pas le montrer en exemple. Les autres ne le voient pas.",
  },
};
