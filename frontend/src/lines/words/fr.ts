/** The same in French. */

import type { ScriptName } from "../Prompt";
import type { Words } from "./en";

const plural = new Intl.PluralRules("fr");
const number = new Intl.NumberFormat("fr").format;
const list = new Intl.ListFormat("fr");
const either = new Intl.ListFormat("fr", { type: "disjunction" });
const several = (count: number, one: string, other: string): string =>
  `${number(count)} ${plural.select(count) === "one" ? one : other}`;

const scripts: Record<ScriptName, string> = {
  kanji: "kanji",
  hiragana: "hiragana",
  katakana: "katakana",
  alphanumeric: "lettres ou chiffres",
};

const tooLarge = "L’image est trop grande. Recadrez-la sur la ligne.";

export const words: Words = {
  kind: "Ce que vous écrivez",
  kinds: { dictation: "Dictée", cloze: "À trous", free: "Libre", own: "Mon texte" },
  directions: {
    horizontal: "Sens de l’écriture : horizontal",
    vertical: "Sens de l’écriture : vertical",
  },
  wordsUnreachable:
    "Sans connexion, les mots ne peuvent pas être chargés. Avec « Libre », vous pouvez écrire dès maintenant.",
  loading: "Chargement…",
  position: (number, of, isRepeat) =>
    isRepeat ? `Encore une fois : ${number} sur ${of}` : `${number} sur ${of}`,
  announceTask: (position, prompt) => `${position}. ${prompt.join(", ")}`,
  hint: (count, names) =>
    `${several(count, "caractère", "caractères")} : ${list.format(names.map((name) => scripts[name]))}`,
  unmeant: (others) => `Un autre mot que ${either.format(others)}`,
  gap: (count) => `${several(count, "caractère", "caractères")} à compléter`,
  answer: "Le mot :",
  copy: "Écrivez ceci",
  freely: "Écrivez ce que vous voulez",
  freelyText: "Un caractère par case. Une nouvelle case s’ouvre quand vous continuez.",
  onePaperText: "Écrivez plusieurs caractères à la suite. Ils sont séparés à la lecture.",
  photoRefusals: {
    too_large: tooLarge,
    too_many_pixels: tooLarge,
    too_many_pixels_for_format: tooLarge,
    nothing_written:
      "Aucune écriture trouvée sur l’image. Photographiez une seule ligne, de près et sous une lumière uniforme.",
    not_a_line:
      "L’image montre plus d’une ligne. Recadrez-la sur une ligne ou photographiez une partie de la feuille.",
  },
  photoFailed: "Photographiez la ligne encore une fois, de plus près.",
  inPhoto: (position: number, readAs: string) => `Caractère ${position}, lu comme ${readAs}`,
  onSquares: "Dans des cases",

  squares: "Cases",
  square: (position, of, isEmpty) => `Case ${position} sur ${of}, ${isEmpty ? "vide" : "remplie"}`,
  announceSquare: (position, of) => `Case ${position} sur ${of}`,
  nextSquare: "Case suivante",
  score: "Noter",
  reading: "Lecture…",
  nextWord: "Mot suivant",
  nextLine: "Ligne suivante",
  finish: "Terminer",
  show: "Voir",
  hide: "Masquer",
  skip: "Passer",
  end: "Arrêter",
  hints: {
    writing: [
      ["Entrée", "case suivante, noter"],
      ["← →", "cases"],
      ["S", "voir"],
      ["Ctrl Z", "annuler"],
      ["Échap", "effacer"],
    ],
    result: [
      ["Entrée", "suivant"],
      ["← →", "caractères"],
    ],
  },

  stillReadingText: "Ce que vous avez écrit est enregistré. Vous pouvez écrire la suite en attendant.",
  failed: "Cette ligne n’a pas pu être lue",
  failedText: "Un problème est survenu sur le serveur. Ce que vous avez écrit est toujours là.",
  kept: "Conservé sur cet appareil",
  keptText: "Ce que vous avez écrit sera lu dès le retour de la connexion. Vous pouvez écrire la suite.",
  readsAs: "On lit",
  shouldBe: "Il fallait écrire",
  isRead: (text) => (text ? `On lit ${text}.` : "On ne lit rien."),
  comesAgain: "Il revient encore une fois à la fin.",
  sawReference: "Vous avez regardé le modèle : à revoir plus tôt.",
  evenness: "Régularité de la ligne",
  character: (position, meant, readAs, legibility, isDecided) =>
    [
      `${meant || "?"}, caractère ${position}`,
      readAs === meant ? "" : readAs ? `lu ${readAs}` : "illisible",
      legibility === null ? "" : `${legibility} sur 100`,
      isDecided ? "les voisins décident" : "",
    ]
      .filter(Boolean)
      .join(", "),
  characterNumber: (position) => `Caractère ${position}`,
  alone: "Seul",
  here: "Ici",
  replay: "Revoir",
  delete: "Supprimer",
  again: "Réécrire",
  announceResult: ({ text, read_as, legibility, is_right }) =>
    is_right === false
      ? `${text} se lit ${read_as}. Lisibilité ${legibility ?? 0} sur 100.`
      : `On lit ${read_as}.${legibility === null ? "" : ` Lisibilité ${legibility} sur 100.`}`,
  meant: "Que vouliez-vous écrire ?",
  scoreIt: "Noter",
  needed: (count) => `Saisissez ${several(count, "caractère", "caractères")}.`,
  report: "Signaler une erreur",
  reportAbout: "Où est l’erreur ?",
  reportParts: { reading: "La lecture", meaning: "Le sens", word: "Le mot", other: "Autre chose" },
  reportText: "Que faudrait-il à la place ?",
  reportSend: "Envoyer",
  reported: "Merci. Notre équipe va vérifier.",

  own: "Écrire votre texte",
  ownText: "Saisissez ou collez un texte japonais. Vous l’écrirez ligne par ligne.",
  ownExample: "駅の入口で待ってください。",
  ownCount: (count, most) => `${several(count, "caractère", "caractères")} sur ${number(most)} au plus`,
  ownStart: "L’écrire",
  ownUseless: "Ce texte n’a aucun caractère lisible.",
  unreadable: (characters) =>
    `${characters.length === 1 ? "Laissé de côté, car il ne peut pas être lu" : "Laissés de côté, car ils ne peuvent pas être lus"} : ${characters.join(" ")}`,

  summary: "Ce que vous avez écrit",
  right: (right, of) => `${right} sur ${of} ${plural.select(right) === "one" ? "se lit" : "se lisent"} bien.`,
  written: (count) => (count ? several(count, "ligne", "lignes") : "Vous n’avez rien écrit cette fois."),
  another: {
    dictation: "D’autres mots",
    cloze: "D’autres phrases",
    free: "Écrire encore",
    own: "Un autre texte",
  },
  history: "Votre historique",
  keep: "Avec un compte, ces mots reviennent juste avant que vous ne les oubliiez. Ce que vous avez écrit ici est conservé.",
  signUp: "Créer un compte",
};
