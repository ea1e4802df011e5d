/** The pad's texts, by language. */
export interface Words {
  paper: string;
  undo: string;
  clear: string;
  candidates: string;
  /** The first candidates, for screen readers too. */
  found: (characters: string) => string;
  none: string;
  busy: string;
  failed: string;
  full: string;
}

const ALL: Record<string, Words> = {
  en: {
    paper: "Write a character here",
    undo: "Undo",
    clear: "Clear",
    candidates: "Candidates",
    found: (characters) => `Candidates: ${characters}`,
    none: "Not recognised",
    busy: "No answer. Trying again…",
    failed: "Something went wrong",
    full: "No more strokes fit",
  },
  ja: {
    paper: "ここに一文字書いてください",
    undo: "元に戻す",
    clear: "消す",
    candidates: "候補",
    found: (characters) => `候補：${characters}`,
    none: "認識できません",
    busy: "応答がありません。再試行しています…",
    failed: "問題が起きました",
    full: "これ以上は書けません",
  },
  fr: {
    paper: "Écrivez un caractère ici",
    undo: "Annuler",
    clear: "Effacer",
    candidates: "Propositions",
    found: (characters) => `Propositions : ${characters}`,
    none: "Non reconnu",
    busy: "Pas de réponse. Nouvelle tentative…",
    failed: "Une erreur s’est produite",
    full: "Plus de place pour d’autres traits",
  },
};

/** The texts for a language tag such as fr-CA; English if there are none. */
export function wordsOf(tag: string): Words {
  return ALL[tag.slice(0, 2).toLowerCase()] ?? (ALL.en as Words);
}
