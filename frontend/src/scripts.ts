/** The scripts among which a writer may choose, so that only their characters compete. */

export const SCRIPTS = ["all", "kana", "kanji", "alphanumeric"] as const;
export type Script = (typeof SCRIPTS)[number];

export const isScript = (name: unknown): name is Script => SCRIPTS.includes(name as Script);

const patterns: Record<Script, RegExp> = {
  all: /^/,
  kana: /[\u3041-\u30ff]/,
  kanji: /\p{Script=Han}/u,
  alphanumeric: /[0-9A-Za-z]/,
};

/** Whether `character` belongs to the script; "" belongs to every script. */
export const isIn = (script: Script, character: string): boolean =>
  character === "" || patterns[script].test(character);
