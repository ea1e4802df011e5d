/** Scripts: what a writer may say before a writing is read, so that only those characters compete. */

export const SCRIPTS = ["all", "kana", "kanji", "alphanumeric"] as const;
export type Script = (typeof SCRIPTS)[number];

const characters: Record<Script, RegExp> = {
  all: /^/,
  kana: /[\u3041-\u30ff]/,
  kanji: /\p{Script=Han}/u,
  alphanumeric: /[0-9A-Za-z]/,
};

/** Whether `character` is one of the script's; "" is of every script. */
export const isIn = (script: Script, character: string): boolean =>
  character === "" || characters[script].test(character);
