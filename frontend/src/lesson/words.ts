/** Every text of a lesson that the learner reads, beside those of the writing page. */

import { ofThePage } from "../language";
import type { Words } from "./words/en";

export const words: Words = await ofThePage({
  en: () => import("./words/en"),
  ja: () => import("./words/ja"),
  fr: () => import("./words/fr"),
});
