/** The same in French. */

import type { Words } from "./en";

const either = new Intl.ListFormat("fr", { type: "disjunction" });
const listed = (characters: readonly string[]): string => either.format(characters);

export const words: Words = {
  tryAgain: "Réessayer",
  seeItWritten: "Voir le tracé",
  notThis: (character) => `Pas ${character} ?`,
  keep: (character) => `C’est bien ${character}`,

  readsAs: (characters, legibility) => `Cela se lit ${listed(characters)} (${legibility}).`,
  didYouMean: (characters) => `Vouliez-vous écrire ${listed(characters)} ?`,
  yesMeant: (character) => `Oui, ${character}`,
  noMeant: (character) => `Non, je voulais ${character}`,
  otherScript: (script) => `Vous avez choisi « ${script} » : ce caractère n’était donc pas attendu.`,

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
  earlierScore: (labels, legibility) => `${labels.join(" · ")} : ${legibility}`,

  offers: "Caractères correspondants",
};
