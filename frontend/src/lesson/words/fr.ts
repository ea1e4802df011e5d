/** The same in French. */

import type { Words } from "./en";

const inDays = new Intl.RelativeTimeFormat("fr", { numeric: "auto" });

const SCRIPTS: Record<string, string> = {
  hiragana: "Hiragana",
  katakana: "Katakana",
  kanji: "Kanji",
  digit: "Chiffre",
};

/** French counts none as one. */
const several = (count: number, one: string, more: string): string => `${count} ${count < 2 ? one : more}`;
const characters = (count: number): string => several(count, "caractère", "caractères");

export const words: Words = {
  title: "Leçon",
  waiting: (due, fresh) => {
    if (!fresh) return `${characters(due)} à revoir aujourd’hui.`;
    return due
      ? `${characters(due)} à revoir aujourd’hui, et ${several(fresh, "nouveau", "nouveaux")}.`
      : `${several(fresh, "nouveau caractère", "nouveaux caractères")} aujourd’hui.`;
  },
  howMany: "Combien",
  sizes: (size) => String(size),
  all: (count) => `Tous : ${count}`,
  begin: "Commencer",
  looking: "Je regarde ce qu’il y a…",
  goalOf: (written, goal) => `Objectif du jour : ${written} sur ${several(goal, "essai", "essais")}`,
  goalReached: (written) => `Objectif du jour atteint, avec ${several(written, "essai", "essais")}`,
  nothing: "Rien à revoir aujourd’hui",
  nothingText: "Ce que vous savez est retenu. Cela revient le jour venu.",
  nothingOfList: "Il n’y a rien dans cette liste",
  nothingOfListText: "Mettez-y des caractères, et travaillez-les ici.",
  ofList: (count) => `${characters(count)} dans votre liste.`,
  practiseList: "Travailler une liste",
  practiseOther: "Trouver un caractère",
  writeFreely: "Écrire librement",
  signedOut: "Vous êtes déconnecté. Rechargez la page pour vous connecter.",
  listIsGone: "Cette liste n’existe plus.",

  place: (number, of, isRepeat) =>
    isRepeat ? `Encore une fois : ${number} sur ${of}` : `${number} sur ${of}`,
  script: ({ script, character }, phase) => {
    const letter = character === character.toLowerCase() ? "Minuscule" : "Majuscule";
    const name = SCRIPTS[script] ?? letter;
    return phase === "meeting" ? `${name}, nouveau pour vous` : name;
  },
  ask: (place, script, what) => `${place}. ${script} : ${what}`,
  main: {
    meeting: "L’écrire de mémoire",
    writing: "Noter",
    sending: "Lecture…",
    result: "Suivant",
  },
  finish: "Terminer",
  show: "Voir",
  hide: "Cacher",
  skip: "Passer",
  leave: "Quitter",
  yours: "Le vôtre",
  comesAgain: "Il revient une fois à la fin.",
  hints: {
    meeting: [["Entrée", "écrire"]],
    writing: [
      ["Entrée", "noter"],
      ["S", "voir"],
      ["Ctrl Z", "annuler"],
      ["Échap", "effacer"],
    ],
    sending: [],
    result: [["Entrée", "suivant"]],
  },

  sheet: "Votre leçon",
  well: (well, of) => {
    if (of === 1) return well ? "Votre caractère se lit bien." : "Votre caractère ne se lit pas encore bien.";
    return `${several(well, "caractère", "caractères")} sur ${of} ${well < 2 ? "se lit" : "se lisent"} bien.`;
  },
  left: (left) =>
    left === 1
      ? "1 caractère n’a pas été écrit. Il reste à revoir."
      : `${left} caractères n’ont pas été écrits. Ils restent à revoir.`,
  before: (legibility) => `d’abord ${legibility}`,
  due: (days) => (days < 31 ? inDays.format(days, "day") : inDays.format(Math.round(days / 30.4), "month")),
  square: (character, legibility, due) =>
    [
      legibility === null ? `${character}, pas encore lu` : `${character}, ${legibility} sur 100`,
      due && `à revoir ${due}`,
    ]
      .filter(Boolean)
      .join(", "),
  notRead: "…",
  weak: (count) => (count === 1 ? "Reprendre le plus faible" : `Reprendre les ${count} plus faibles`),
  another: "Une autre leçon",
  done: "Terminé",
};
