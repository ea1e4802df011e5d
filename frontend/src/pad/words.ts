/** The pad's texts, by language. */
export interface Words {
  paper: string;
  undo: string;
  clear: string;
  candidates: string;
  none: string;
  busy: string;
  full: string;
}

const ALL: Record<string, Words> = {
  en: {
    paper: "Write a character here",
    undo: "Undo",
    clear: "Clear",
    candidates: "Candidates",
    none: "Not recognised",
    busy: "No answer. Trying again…",
    full: "No more strokes fit",
  },
  ja: {
    paper: "ここに一文字書いてください",
    undo: "元に戻す",
    clear: "消す",
    candidates: "候補",
    none: "認識できません",
    busy: "応答がありません。もう一度試しています…",
    full: "これ以上は書けません",
  },
  fr: {
    paper: "Écrivez un caractère ici",
    undo: "Annuler",
    clear: "Effacer",
    candidates: "Propositions",
    none: "Non reconnu",
    busy: "Pas de réponse. Nouvel essai…",
    full: "Plus de place pour d’autres traits",
  },
};

/** The texts for a language tag such as fr-CA; English if there are none. */
export function wordsOf(tag: string): Words {
  return ALL[tag.slice(0, 2).toLowerCase()] ?? (ALL.en as Words);
}
