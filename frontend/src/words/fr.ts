/** The same in French. */

import type { Attempt } from "../api";
import type { Words } from "./en";

const plural = new Intl.PluralRules("fr");
const either = new Intl.ListFormat("fr", { type: "disjunction" });
const listed = (characters: readonly string[]): string => either.format(characters);
const strokes = (count: number): string => `${count} ${plural.select(count) === "one" ? "trait" : "traits"}`;

const bands: Words["bands"] = {
  textbook: "Excellent",
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
  script: "Type de caractère",
  scripts: { all: "Tout", kana: "Kana", kanji: "Kanji", alphanumeric: "ABC 123" },
  undo: "Annuler",
  redo: "Rétablir",
  guides: {
    cross: "Lignes de repère : croix",
    diagonal: "Lignes de repère : diagonales",
    plain: "Lignes de repère : aucune",
  },
  clear: "Effacer",
  score: "Noter",
  next: "Suivant",
  paperIsFull: "La feuille est pleine. Notez votre essai ou effacez-le.",
  fingerIgnored:
    "Ce trait a été pris pour la main qui tient le stylet. Vous pouvez maintenant écrire avec le doigt.",
  photo: "Photo",
  practise: "S’entraîner",
  practiseHint: "Le caractère à travailler. Laissez vide pour écrire librement.",
  removeTarget: "Retirer ce caractère et écrire librement",
  result: "Résultat",

  emptyTitle: "Écrivez un caractère",
  emptyText:
    "Un kana, un kanji, une lettre latine ou un chiffre. Appuyez sur « Noter » pour voir quel caractère un lecteur y reconnaîtrait.",
  emptyPractising: (character) =>
    `Appuyez ensuite sur « Noter » pour voir si un lecteur y reconnaîtrait bien ${character}.`,
  reading: "Lecture…",
  stillReading: "Lecture en cours…",
  stillReadingText: "Votre essai est enregistré. Vous pouvez écrire le suivant en attendant.",
  noConnection: "Pas de connexion. Nouvelle tentative…",

  whichOne: "Quel caractère vouliez-vous écrire ?",
  unknown: "Caractère non reconnu",
  unknownRemark: "Cela ne ressemble à aucun caractère connu.",
  noCandidates: "Aucun caractère n’a été reconnu.",

  outOf: "sur 100",
  legibility: "Lisibilité",
  form: "Tracé",
  noForm: {
    letter: "Pour les lettres et les chiffres, seule la lisibilité compte.",
    photograph: "Une photo ne montre pas le tracé : seule la lisibilité compte.",
    unlike: "Les traits diffèrent trop du modèle pour lui être comparés.",
  },
  bands,
  marks: {
    flower: "Cercle en fleur : excellent",
    double: "Double cercle : très bien",
    circle: "Cercle : bien",
    triangle: "Triangle : pas encore",
  },
  scoreRange: (lowest, highest) => `${lowest}–${highest}`,
  legend: "Les signes et leurs notes",
  legendForm: "La fleur récompense aussi un tracé juste.",
  readsAs: (characters) => `Se lit ${listed(characters)}.`,
  aloneAlso: (characters) => `Hors contexte, cela pourrait aussi être ${listed(characters)}.`,
  readsAsOrAlone: (character, others) =>
    `Se lit ${character} ; hors contexte, cela pourrait aussi être ${listed(others)}.`,
  misreadAs: (characters) => `Peut être confondu avec ${listed(characters)}.`,
  readAs: "Lu comme",
  remarks: "Remarques sur le tracé",
  notes: "La fin des traits",
  notesMean: "Les deux façons sont acceptées.",
  yours: "Le vôtre",

  strokeOrder: (character, count) => `Ordre des traits de ${character}, ${strokes(count)}`,
  reference: "Modèle",

  announceScore: (character, { legibility, form, band }) =>
    `${character} : lisibilité ${legibility} sur 100${form === null ? "" : `, tracé ${form}`}. ${bands[band]}.`,
  announceCandidates: (characters) => `Quel caractère vouliez-vous écrire ? ${listed(characters)} ?`,

  history: "Vos essais",
  historyEmpty: "Vos essais apparaîtront ici.",
  historyFailed: "Vos essais précédents n’ont pas pu être chargés.",
  older: "Voir les plus anciens",
  square: (attempt: Attempt) => {
    const when = new Date(attempt.written_at).toLocaleString("fr", {
      dateStyle: "medium",
      timeStyle: "short",
    });
    if (attempt.status === "queued") return `… Lecture en cours, écrit le ${when}`;
    if (attempt.score) return `${attempt.target} ${attempt.score.legibility}, écrit le ${when}`;
    return `? Pas encore noté, écrit le ${when}`;
  },
  share: "Partager",
  deleted: "Supprimé.",
  undoDelete: "Annuler",

  tryAgain: "Réessayer",
  close: "Fermer",
  reload: "Recharger",
  failed: "Cet essai n’a pas pu être lu",
  failedText: "Une erreur s’est produite sur le serveur. Votre essai est enregistré.",
  refusals: {
    unreachable: "Pas de connexion. Ce que vous avez écrit est toujours là.",
    throttled: "Trop de demandes. Attendez un instant, puis réessayez.",
    overloaded:
      "Le site est très sollicité. Ce que vous avez écrit est toujours là. Réessayez dans quelques secondes.",
    does_not_exist:
      "Letters-AI ne connaît pas ce caractère. Il connaît les kana, 2 967 kanji, les lettres latines et les chiffres.",
    target_not_among:
      "Ce caractère n’est pas du type choisi. Choisissez « Tout », puis écrivez-le de nouveau.",
    target_is_set: "Vous avez déjà indiqué le caractère voulu.",
    not_found: "Cet essai n’existe plus.",
    another_writer:
      "Vous vous êtes déconnecté, ou quelqu’un d’autre s’est connecté. Rechargez la page : ce que vous avez écrit est conservé.",
    not_authenticated: "Vous êtes déconnecté. Rechargez la page pour vous connecter.",
    permission_denied:
      "Cette page est ouverte depuis trop longtemps. Rechargez-la : ce que vous avez écrit est conservé.",
  },

  drawing: {
    nearest: "Caractère non reconnu. Voici les plus proches.",
    late: "Cela prend trop de temps. Réessayez dans un instant.",
    search: "Chercher ces caractères",
  },
  strokeOf: (shown, all) => `${shown} sur ${all}`,
  play: "Animer",
  stop: "Arrêter",

  broken: "Une erreur s’est produite. Ce que vous avez écrit est toujours là.",
};
