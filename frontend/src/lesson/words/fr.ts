/** The same in French. */

import type { Words } from "./en";

const plural = new Intl.PluralRules("fr");
const number = new Intl.NumberFormat("fr").format;
const relative = new Intl.RelativeTimeFormat("fr", { numeric: "auto" });

const SCRIPTS: Record<string, string> = {
  hiragana: "Hiragana",
  katakana: "Katakana",
  kanji: "Kanji",
  digit: "Chiffre",
};

const several = (count: number, one: string, other: string): string =>
  `${number(count)} ${plural.select(count) === "one" ? one : other}`;
const characters = (count: number): string => several(count, "caractère", "caractères");
const attempts = (count: number): string => several(count, "essai", "essais");

export const words: Words = {
  title: "Leçon",
  waiting: (due, fresh) => {
    if (!fresh) return `${characters(due)} à revoir aujourd’hui.`;
    return due
      ? `${characters(due)} à revoir aujourd’hui, et ${several(fresh, "nouveau", "nouveaux")}.`
      : `${several(fresh, "nouveau caractère", "nouveaux caractères")} aujourd’hui.`;
  },
  howMany: "Combien de caractères ?",
  sizes: (size) => String(size),
  all: (count) => `Tous (${number(count)})`,
  start: "Commencer",
  loading: "Chargement…",
  goalOf: (written, goal) => `Objectif du jour : ${number(written)} sur ${attempts(goal)}`,
  goalReached: (written) => `Objectif du jour atteint : ${attempts(written)}`,
  nothing: "Rien à revoir aujourd’hui",
  nothingText: "Les caractères reviennent ici le jour où ils sont à revoir.",
  nothingOfList: "Cette liste est vide",
  nothingOfListText: "Ajoutez des caractères à la liste pour les travailler ici.",
  ofLesson: (count, isOwnList) =>
    isOwnList ? `${characters(count)} dans votre liste.` : `${characters(count)} dans cette leçon.`,
  practiseList: "Travailler une liste",
  practiseOther: "Trouver un caractère",
  writeFreely: "Écrire librement",
  signedOut: "Vous êtes déconnecté. Rechargez la page pour vous connecter.",
  listIsGone: "Cette liste n’existe plus.",

  position: (number, of, isRepeat) =>
    isRepeat ? `Encore une fois : ${number} sur ${of}` : `${number} sur ${of}`,
  script: ({ script, character, is_leech }, phase) => {
    const letter = character === character.toLowerCase() ? "Minuscule" : "Majuscule";
    const name = SCRIPTS[script] ?? letter;
    if (phase === "meeting") return `${name}, nouveau pour vous`;
    return is_leech ? `${name} · il vous échappe souvent` : name;
  },
  announceTurn: (position, script, prompt) => `${position}. ${script} : ${prompt.join(", ")}`,
  mayTrace: "repassez-le",
  main: {
    meeting: "Écrire de mémoire",
    writing: "Noter",
    sending: "Lecture…",
    result: "Suivant",
  },
  finish: "Terminer",
  show: "Voir",
  hide: "Cacher",
  skip: "Passer",
  end: "Arrêter",
  comesAgain: "Il revient encore une fois à la fin.",
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

  summary: "Votre leçon",
  well: (well, of) => {
    if (of === 1) return well ? "Votre caractère se lit bien." : "Votre caractère ne se lit pas encore bien.";
    return `${several(well, "caractère", "caractères")} sur ${of} ${plural.select(well) === "one" ? "se lit" : "se lisent"} bien.`;
  },
  left: (left) =>
    plural.select(left) === "one"
      ? `${left} caractère n’a pas été écrit. Il reste à revoir.`
      : `${left} caractères n’ont pas été écrits. Ils restent à revoir.`,
  before: (legibility) => `d’abord ${legibility}`,
  due: (days) =>
    days < 31 ? relative.format(days, "day") : relative.format(Math.round(days / 30.4), "month"),
  square: (character, legibility, due) =>
    [
      legibility === null ? `${character}, pas encore lu` : `${character}, ${legibility} sur 100`,
      due && `à revoir ${due}`,
    ]
      .filter(Boolean)
      .join(", "),
  notRead: "…",
  repeatWeak: (count) =>
    plural.select(count) === "one"
      ? "Reprendre le caractère faible"
      : `Reprendre ${count} caractères faibles`,
  another: "Une autre leçon",
  fiveMore: "Cinq caractères de plus",
  keep: "Avec un compte, ces caractères reviennent juste avant que vous ne les oubliiez. Ce que vous avez écrit ici est conservé.",
  signUp: "Créer un compte",
  done: "Terminé",
};
