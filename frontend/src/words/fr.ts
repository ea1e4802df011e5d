/** The same in French. */

import type { Attempt } from "../api";
import type { Words } from "./en";

const any = new Intl.ListFormat("fr", { type: "disjunction" });
const listed = (characters: readonly string[]): string => any.format(characters);
const strokes = (count: number): string => (count < 2 ? `${count} trait` : `${count} traits`);

const bands: Words["bands"] = {
  textbook: "Modèle",
  clear: "Net",
  readable: "Lisible",
  doubtful: "Douteux",
  misread: "Serait mal lu",
};

export const words: Words = {
  write: "Écrire",
  writingArea: (count) => (count === 0 ? "Zone d’écriture, vide" : `Zone d’écriture, ${strokes(count)}`),
  thickness: "Épaisseur du trait",
  thicknesses: ["Très fin", "Fin", "Moyen", "Épais", "Très épais"],
  script: "Ce que vous écrivez",
  scripts: { all: "Tout", kana: "Kana", kanji: "Kanji", alphanumeric: "ABC 123" },
  undo: "Annuler",
  redo: "Rétablir",
  guides: {
    cross: "Lignes de repère : croix",
    diagonal: "Lignes de repère : diagonales",
    plain: "Lignes de repère : aucune",
  },
  clear: "Effacer",
  score: "Noter",
  next: "Suivant",
  sheetIsFull: "Cette feuille est pleine. Faites noter l’essai, ou effacez-le.",
  practise: "Je travaille",
  practiseHint: "Un caractère à travailler ; laissez vide pour écrire librement",

  emptyTitle: "Écrivez un caractère",
  emptyText:
    "Kana, kanji, lettre latine ou chiffre. Touchez « Noter » pour voir ce qu’un lecteur y reconnaîtrait.",
  emptyPractising: (character) => `Touchez ensuite « Noter » pour voir si l’on y lit bien ${character}.`,
  reading: "Lecture…",
  stillReading: "Lecture toujours en cours…",
  stillReadingText: "Votre essai est gardé. Vous pouvez écrire le suivant en attendant.",
  noConnection: "Pas de connexion. Nouvelle tentative en cours.",

  whichOne: "Lequel vouliez-vous écrire ?",
  unknown: "Cela ne ressemble à aucun caractère que je connais",
  unknownRemark: "Cela ne ressemble à aucun caractère que je connais.",
  unknownText: "Voici les plus proches. Était-ce l’un d’eux ?",
  noCandidates: "Je ne vois pas ce que c’est.",
  candidate: (character, legibility) => `${character}, aurait ${legibility}`,
  lookalike: (character, of, legibility) => `${character}, ressemble à ${of}, aurait ${legibility}`,
  other: "Un autre caractère",
  otherButton: "C’est lui",

  outOf: "sur 100",
  bands,
  marks: {
    flower: "Cercle en fleur : excellent",
    double: "Double cercle : très bien",
    circle: "Cercle : bien",
    triangle: "Triangle : pas encore",
  },
  markRanges: { flower: "95–100", double: "80–94", circle: "60–79", triangle: "0–59" },
  legend: "Les signes",
  meant: "Vous vouliez écrire",
  readsAs: (characters) => `Se lit ${listed(characters)}.`,
  misreadAs: (characters) => `Peut être lu à tort comme ${listed(characters)}.`,
  nearest: "Lu comme",
  remarks: "À surveiller dans les traits",
  form: (score) => `Forme : ${score} sur 100`,
  yours: "Le vôtre",

  showExample: "Le montrer en exemple",
  showExampleMeans:
    "Les autres le voient alors sur la page du caractère, sans votre nom. Notre équipe le regarde d’abord, et vous pouvez le retirer à tout moment.",
  takeBack: "Le retirer",
  exampleStates: {
    offered: "Proposé en exemple. Notre équipe le regardera.",
    approved: "Les autres le voient en exemple.",
    refused: "Notre équipe a choisi de ne pas le montrer en exemple. Personne ne le voit.",
  },
  howItIsWritten: "Voici comment s’écrit un essai bien noté",
  strokeOrder: (character, count) => `${character}, ordre des traits numéroté : ${strokes(count)}`,
  exampleOf: (legibility) => `Écrit à la main, noté ${legibility}`,
  reference: "Modèle",
  moreAbout: (character) => `En savoir plus sur ${character}`,

  announceScore: (character, legibility, band) => `${character} : ${legibility} sur 100. ${bands[band]}.`,
  announceCandidates: (characters) => `Lequel vouliez-vous écrire ? ${listed(characters)} ?`,

  history: "Vos essais",
  historyEmpty: "Ce que vous écrivez est gardé ici.",
  historyFailed: "Vos essais précédents n’ont pas pu être chargés.",
  older: "Voir les plus anciens",
  square: (attempt: Attempt) => {
    const when = new Date(attempt.written_at).toLocaleString("fr", {
      dateStyle: "medium",
      timeStyle: "short",
    });
    if (attempt.status === "queued") return `… En cours de lecture, écrit le ${when}`;
    if (attempt.score) return `${attempt.target} ${attempt.score.legibility}, écrit le ${when}`;
    return `? Pas encore noté, écrit le ${when}`;
  },
  share: "Partager",
  forget: "Supprimer",
  forgotten: "Supprimé.",

  again: "Réessayer",
  dismiss: "Fermer",
  reload: "Recharger",
  failed: "Je n’ai pas pu lire celui-ci",
  failedText: "Un problème est survenu de mon côté. Votre essai est gardé.",
  refusals: {
    unreachable: "Pas de connexion. Votre essai est toujours là.",
    throttled: "C’était rapide. Attendez un instant, puis réessayez.",
    does_not_exist:
      "Je ne sais pas lire ce caractère. Je connais les kana, 2 967 kanji, les lettres latines et les chiffres.",
    target_not_among:
      "Vous aviez dit ce que vous écririez, et ce caractère n’en fait pas partie. Choisissez « Tout », puis récrivez-le.",
    target_is_set: "Ce qui était visé est déjà indiqué.",
    not_found: "Cet essai n’existe plus.",
    another_writer:
      "Vous êtes déconnecté, ou quelqu’un d’autre s’est connecté. Rechargez la page : votre écriture reste.",
    not_authenticated: "Vous êtes déconnecté. Rechargez la page pour vous connecter.",
    permission_denied: "Cette page est ouverte depuis trop longtemps. Rechargez-la : votre écriture reste.",
  },
  drawing: {
    nearest: "Cela ne ressemble à aucun caractère que je connais. Voici les plus proches.",
    late: "C’est trop long. Réessayez dans un instant.",
    search: "Chercher ceux-ci",
  },
  strokeOf: (shown, all) => `${shown} sur ${all}`,
  play: "Animer",
  stop: "Arrêter",

  broken: "Un problème est survenu de mon côté. Votre essai est toujours là.",
};
