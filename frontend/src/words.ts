/** Every text that the visitor reads, in the page's language: its chunk alone is loaded, and the page asks for it early. */

import type { Refusal } from "./api";
import { ofThePage } from "./language";
import type { Words } from "./words/en";

export const words: Words = await ofThePage({
  en: () => import("./words/en"),
  ja: () => import("./words/ja"),
  fr: () => import("./words/fr"),
});

const refusals: Record<string, string> = words.refusals;

/** A refusal in plain words: ours where we know the reason, the server's where it explains one of its limits. */
export const plainly = ({ code, status, message }: Refusal): string =>
  refusals[code] ?? (status >= 400 && status < 500 && message ? message : words.broken);
