/** The texts of the page of words, in the page's language. */

import { loadWords } from "../language";
import type { Words } from "./words/en";

export const words: Words = await loadWords({
  en: () => import("./words/en"),
  ja: () => import("./words/ja"),
  fr: () => import("./words/fr"),
});
