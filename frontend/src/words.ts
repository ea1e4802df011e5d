/** The texts that several pages share, in the page's language. Its template preloads them. */

import type { Refusal } from "./api";
import { loadWords } from "./language";
import type { Words } from "./words/en";

export const words: Words = await loadWords({
  en: () => import("./words/en"),
  ja: () => import("./words/ja"),
  fr: () => import("./words/fr"),
});

const refusals: Record<string, string> = words.refusals;

/** Why a request failed: our text for a known code, the server's for other 4xx errors, else a general one. */
export const explain = ({ code, status, message }: Refusal): string =>
  refusals[code] ?? (status >= 400 && status < 500 && message ? message : words.broken);
